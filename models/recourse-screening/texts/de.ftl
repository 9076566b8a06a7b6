# Wortlaut dieses Verfahrens. Der Informationsbrief stellt „scenario“ an den Anfang.
scenario = Sie hatten einen Unfall. Wir prüfen, ob eine andere Person oder Firma für die Kosten zahlen muss. Ein Computerprogramm hat in der Unfallmeldung nach Hinweisen auf andere gesucht. Ob wir Geld fordern, entscheidet ein Mensch. Sie müssen nichts zurückzahlen.
# Mit dem Tag vom Unfall, wo er eingetragen ist.
scenario-dated = Sie hatten am { $datum } einen Unfall. Wir prüfen, ob eine andere Person oder Firma für die Kosten zahlen muss. Ein Computerprogramm hat in der Unfallmeldung nach Hinweisen auf andere gesucht. Ob wir Geld fordern, entscheidet ein Mensch. Sie müssen nichts zurückzahlen.
