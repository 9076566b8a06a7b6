# Warum wir schreiben, in Leichter Sprache: ein Satz in einer Zeile.
scenario =
    Sie hatten einen Unfall.
    Wir bezahlen die Kosten.
    Vielleicht muss jemand anderes auch bezahlen.
    Das prüfen wir.
    Sie müssen **nichts** zurückzahlen.
# Mit dem Tag vom Unfall, wo er eingetragen ist.
scenario-dated =
    Sie hatten am { $datum } einen Unfall.
    Wir bezahlen die Kosten.
    Vielleicht muss jemand anderes auch bezahlen.
    Das prüfen wir.
    Sie müssen **nichts** zurückzahlen.
