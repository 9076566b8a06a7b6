### Was die Dokumente außerdem brauchen: Kopf, Fuß, Bildbeschreibungen, Rechenweg.

greet-unknown = Guten Tag,
head-human-reasons = Warum haben wir so entschieden?
alt-rest-for = Die anderen Angaben zusammen haben dafür gesprochen.
alt-rest-against = Die anderen Angaben zusammen haben dagegen gesprochen.
footer = { $aktenzeichen } · Programm Version { $version }
attachment = Maschinenlesbare Fassung dieser Erklärung

sheet-a-subtitle = Ihr eigener Blick auf den Fall
sheet-b-subtitle = Was das Programm berechnet hat
sheet-state = Daten vom { $datum } · Programm Version { $version }
sheet-share = Anteil { $anteil }
sheet-typical = üblich { $typ_von } bis { $typ_bis }
sheet-strongest-against = Stärkster Punkt gegen den Vorschlag:
sheet-rest = Alle anderen Angaben zusammen: Anteil { $anteil } am Einfluss.
sheet-sum-head = So kommt das Ergebnis zustande
sheet-col-own = Wert
sheet-col-flip = kippt bei
sheet-tree-other = meist: { $ergebnis }
sheet-tree-alt = Weg dieses Falls im vereinfachten Baum.
sheet-tree-step = Schritt { $n }: { $frage } { $eigen }. Antwort: { $antwort }. Bei „{ $andere }“ meist: { $ergebnis }, { $rows } von { $von } Fällen.
sheet-tree-leaf = Ergebnis im Baum: { $ergebnis }, { $n } von { $von } Fällen.
sheet-tree-disagrees = Der Baum stimmt in diesem Fall nicht mit dem Programm überein. Darum steht er hier nicht. Sonst stimmt er in { $treue } von 100 Fällen.
sheet-quality = Rechnung stimmt: { $rechnung } · Fall im bekannten Bereich: { $bekannt } · Nahe an der Grenze: { $grenzfall }

waterfall-start = Vergleichsgruppe: { $gruppe }
waterfall-end = Dieser Fall
waterfall-threshold = Grenze { $grenze }
waterfall-caption-score = Rechenwert des Programms. Volle Balken heben ihn, schraffierte senken ihn. Keine Ursachen.
waterfall-caption = Rechenwert (Log-Odds, keine Wahrscheinlichkeit). Volle Balken heben ihn, schraffierte senken ihn. Keine Ursachen.
waterfall-alt-start = Rechenweg. Die Vergleichsgruppe liegt bei { $wert }.
waterfall-alt-end = Dieser Fall liegt bei { $wert }. Die Grenze liegt bei { $grenze }.

gate-g01 = Es fehlen Angaben der Behörde, die dieses Schreiben braucht.
gate-g02 = Der Vermerk über die Entscheidung eines Menschen ist unvollständig oder passt nicht zum Ergebnis.
gate-g04 = Es fehlt die Abwägung eines Menschen (§ 35 Absatz 1 Satz 3 SGB X).
gate-g05 = Die Person hat selbst etwas geschrieben. Das hat noch kein Mensch beachtet (§ 31a Satz 2 SGB X).
gate-g06 = Für eine Entscheidung allein durch das Programm fehlt etwas (§ 31a SGB X).
gate-g07 = Die Anhörung oder der Grund für eine Ausnahme fehlt (§ 24 SGB X).
gate-g08 = Ein Wort passt nicht zum richtigen Rechtsbehelf.
gate-g09 = Für eine geschützte Angabe fehlt die Rechtsgrundlage.
gate-g10 = Eine geschützte Angabe darf so nicht im Brief stehen.
gate-g12 = Die Erklärung ist nicht stabil.
gate-g16 = Der Fall ist anders als frühere Fälle. Ein Mensch muss genau hinsehen und das eintragen.
gate-g17 = Zu viel beruht auf eingesetzten Werten.
gate-g21 = Der Brief sagt von einer Angabe zu Unrecht, dass sie nicht benutzt wurde.
gate-g22 = Der Brief ist nicht einfach genug geschrieben.
gate-g23 = Im Brief steht ein Wort, das dort nicht stehen soll.
gate-g25 = Der Brief ist zu lang.
gate-g26 = Ein Datum passt nicht.
gate-g29 = Ein Grund oder eine Aussage im Brief ist nicht geprüft.

data-missing-usual = Eine Angabe fehlte: { $label }. Das Programm hat dafür einen üblichen Wert eingesetzt.
sheet-against-filled-head = Diese Angaben fehlen. Das Programm hat übliche Werte eingesetzt:
sheet-against-missing-head = Diese Angaben fehlen. Das Programm hat ohne sie gerechnet:
sheet-against-ood-head = Ungewöhnlich an diesem Fall:
sheet-against-filled = Diese Angaben fehlen: { $label_liste }. Das Programm hat übliche Werte eingesetzt.

## Stellen in den Unterlagen
evidence-passage = { $label }: Das Programm hat diese Stelle gelesen: „{ $stelle }“
evidence-page = Das Programm hat diese Seite gelesen: { $datei }. Dort hat es gefunden: { $liste }.
evidence-page-many = Das Programm hat diese Seite gelesen: { $datei }. Was es dort gefunden hat, steht in der Tabelle.
evidence-not-found = Das hat das Programm nicht gefunden: { $liste }.
evidence-not-found-head = Das hat das Programm nicht gefunden:
evidence-page-alt = Seite { $datei }, verkleinert. Nummern an den gelesenen Stellen: { $liste }.
evidence-page-places = { $datei }: { $liste }
sheet-evidence-head = Stellen in den Unterlagen
sheet-evidence-lead = Hier hat das Programm gelesen. Lesen Sie bitte auch, was sonst in der Unterlage steht.
sheet-evidence-passage = { $label } ({ $datei }): „{ $stelle }“
sheet-recourse-head = Regress
