# Warum wir schreiben, in Leichter Sprache: ein Satz in einer Zeile.
scenario =
    Sie haben einen Antrag gestellt.
    Sie möchten Wohn-Geld.
    Wohn-Geld hilft Ihnen bei der Miete.
# Mit dem Tag vom Antrag, wo er eingetragen ist.
scenario-dated =
    Sie haben am { $datum } einen Antrag gestellt.
    Sie möchten Wohn-Geld.
    Wohn-Geld hilft Ihnen bei der Miete.
# Steht am Anfang von „Das können Sie tun“.
scenario-act =
    Brauchen Sie sehr schnell Hilfe?
    Rufen Sie uns sofort an: { $telefon }.
