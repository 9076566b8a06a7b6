### Prüfbogen für die Sachbearbeitung. Teil A kommt vor dem Ergebnis des Programms, Teil B danach.
### Die Person darf diesen Bogen bei Akteneinsicht lesen: Jeder Satz muss das aushalten.

## Teil A
sheet-a-title = Prüfbogen Teil A
sheet-a-lead = Lesen Sie zuerst die Angaben und die Unterlagen. Das Ergebnis des Programms sehen Sie danach.
sheet-reference = Unser Zeichen
sheet-data-as-of = Stand der Daten
sheet-version = Version des Programms
sheet-procedure = Verfahren
sheet-details-head = Die Angaben zu diesem Fall
sheet-col-detail = Angabe
sheet-col-value = Wert
sheet-col-source = Quelle
sheet-col-date = Datum
sheet-col-checked = geprüft
sheet-tick-checked = Angabe geprüft: { $label }
sheet-statement-head = Was die Person selbst sagt
sheet-missing-question = Fehlt etwas, das für den Fall wichtig ist?
sheet-statement-question = Hat die Person selbst etwas geschrieben, das in keiner Angabe steht?
sheet-statement-meaning = Wenn ja: Was bedeutet das?
sheet-statement-law = Auch das müssen Sie beachten (§ 31a Satz 2 SGB X).
sheet-first-look-head = Ihre erste Einschätzung
sheet-first-look-label = Ich denke zurzeit:
sheet-first-look-open = noch offen
sheet-first-look-reason = Grund in einem Satz
sheet-discretion-head = Selbst abwägen
sheet-discretion-question = Dürfen Sie in diesem Fall selbst abwägen (Ermessen)?
sheet-discretion-yes = In diesem Verfahren dürfen und müssen Sie selbst abwägen (Ermessen).
sheet-discretion-no = In diesem Verfahren gibt es kein Ermessen.
sheet-discretion-human = Nur ein Mensch darf Ermessen ausüben.
sheet-name-date = Name, Datum
sheet-a-next = Teil B bekommen Sie, wenn Teil A ausgefüllt ist.

## Teil B
sheet-b-title = Prüfbogen Teil B
sheet-b-lead = Das Programm schlägt vor: { $vorschlag }. Sie entscheiden.
sheet-b-role = Der Vorschlag ersetzt Ihre Prüfung nicht. Er ist auch kein Grund für die Entscheidung.
sheet-against-head = Warum der Vorschlag falsch sein kann
sheet-against-strongest = Stärkster Punkt gegen den Vorschlag: { $label }: { $wert }.
sheet-against-strongest-clause = Stärkster Punkt gegen den Vorschlag: { $satz }.
sheet-against-none = Keine Angabe sprach gegen den Vorschlag. Das heißt nicht, dass er richtig ist.
sheet-against-blind = Das Programm kennt nicht: { $blind_liste }.
sheet-against-blind-head = Das Programm kennt nicht:
sheet-against-ood = Ungewöhnlich an diesem Fall: { $ood_liste }.
sheet-against-ood-item = { $label }: { $wert }. Üblich ist { $typ_von } bis { $typ_bis }.
sheet-against-missing = Diese Angaben fehlen: { $label_liste }. Das Programm hat ohne sie gerechnet.
sheet-against-border = Der Fall liegt nahe an der Grenze.
sheet-against-wrong = Von 100 Fällen mit diesem Vorschlag waren etwa { $n_falsch } falsch.
sheet-against-missed = Übersehen wurden außerdem etwa { $n_uebersehen } von 100 Fällen, die es gebraucht hätten.
sheet-against-unknown = Wie oft der Vorschlag in solchen Fällen falsch ist, wissen wir nicht.
sheet-base-rate = Zum Vergleich: Von 100 Fällen insgesamt trifft es auf { $basis } zu.
sheet-for-head = Was für den Vorschlag spricht
sheet-for-none = Keine einzelne Angabe spricht deutlich für den Vorschlag.
sheet-col-influence = Einfluss
sheet-col-share = Anteil
sheet-col-typical = Üblich
sheet-col-direction = Richtung
sheet-all-head = Einfluss aller Angaben
sheet-all-note = Der Anteil sagt, wie viel vom gesamten Einfluss auf diese Angabe fällt. Er sagt nichts über Ursachen.
sheet-typical-range = { $typ_von } bis { $typ_bis }
sheet-certainty-head = Wie sicher ist das?
sheet-certainty = Von 100 Fällen mit so einem Ergebnis waren etwa { $n_richtig } richtig. Das ist { $sicherheit }.
sheet-prediction = Das Programm hat berechnet: { $ergebnis_zahl }. Die Grenze liegt bei { $grenze }.
sheet-cf-head = Mit anderen Werten
sheet-cf = Mit diesem anderen Wert käme ein anderes Ergebnis heraus: { $cf }
sheet-cf-many = Eine dieser Änderungen ergäbe ein anderes Ergebnis:
sheet-cf-two = Beides zusammen ergäbe ein anderes Ergebnis:
sheet-cf-check = Ist der Wert in der Akte sicher richtig?
sheet-cf-none = Es gibt kein einfaches Beispiel mit anderen Werten.
sheet-tree-head = Vereinfachtes Bild des Programms
sheet-tree-path = In diesem Bild ist der Weg des Falls: { $pfad }.
sheet-tree-fidelity = Das Bild stimmt in { $treue } von 100 Fällen mit dem Programm überein.
sheet-tree-hidden = Vereinfachtes Bild: zu ungenau
sheet-tree-warning = Vorsicht: In { $fehler } von 100 Fällen erklärt das Bild falsch.
sheet-ask-head = Prüfen Sie selbst
sheet-ask-values = Stimmen die drei wichtigsten Angaben?
sheet-ask-other = Gibt es eine andere Erklärung?
sheet-ask-person = Würden Sie bei einer Person mit anderem Namen, Alter oder Geschlecht genauso entscheiden?
sheet-ask-stereotype = Menschen folgen einem Vorschlag eher, wenn er zu Vorurteilen passt. Denken Sie bitte daran.
sheet-protected-note = Das Gesetz schützt diese Angabe besonders: { $label }. Die Behörde benutzt sie so: { $rechtsgrundlage }
sheet-quality-head = Qualität der Erklärung
sheet-quality-sum = Rechnung stimmt
sheet-quality-stable = Erklärung stabil
sheet-quality-tree = Vereinfachter Baum stimmt
sheet-quality-known = Fall im bekannten Bereich
sheet-quality-line = Rechnung stimmt: { $rechnung } · Erklärung stabil: { $stabil } · Vereinfachter Baum stimmt in { $treue } von 100 Fällen · Fall im bekannten Bereich: { $bekannt }

## Entscheidungsvermerk
sheet-decision-head = Entscheidungsvermerk
sheet-decision-label = Ich entscheide:
sheet-decision-agreed = wie Vorschlag
sheet-decision-deviated = anders
sheet-decision-unused = nicht genutzt
sheet-decision-reasons = Meine Gründe (nicht die des Programms)
sheet-decision-considerations = Ermessenserwägungen: Was habe ich abgewogen?
sheet-decision-statement = Was die Person selbst gesagt hat, habe ich beachtet
sheet-decision-hearing = Anhörung
sheet-hearing-done = erledigt
sheet-hearing-not-required = nicht nötig
sheet-decision-recorded-head = Diese Entscheidung ist eingetragen
sheet-decision-recorded = Entschieden am { $entscheidung_datum }: { $ergebnis_kurz }. Wer: { $entscheider_funktion }.
sheet-decision-recorded-agreed = Die Entscheidung folgt dem Vorschlag.
sheet-decision-recorded-deviated = Die Entscheidung weicht vom Vorschlag ab.
sheet-decision-recorded-open = Entschieden ist noch nichts.
sheet-decision-recorded-reasons = Gründe: { $gruende }
sheet-decision-recorded-considerations = Abwägung: { $erwaegungen }
sheet-decision-no-considerations = Es fehlt die Abwägung eines Menschen. Ohne sie gibt es keinen Brief (§ 35 Absatz 1 Satz 3 SGB X).

## Hinweise, warum etwas zurückgehalten wird
sheet-gates-head = Hinweise vor dem Versand
sheet-gates-none = Keine Hinweise.
sheet-gates-held = Der Brief an die Person wird nicht erstellt. Grund: { $grund }
sheet-gates-draft = Der Brief ist nur ein Entwurf. Grund: { $grund }

## Regress in der Unfallversicherung
sheet-recourse-note = Hinweis: Vorschlag für die Prüfung eines Regresses (§ 116 SGB X oder § 110 SGB VII). Kein Vorwurf gegen die versicherte Person.
sheet-recourse-party = Möglicher Verursacher
sheet-recourse-ground = Grund der Haftung
sheet-recourse-limitation = Verjährung (§ 113 SGB VII, Datum vom Fachbereich)
sheet-recourse-family = Familienprivileg geprüft (§ 116 Absatz 6 SGB X)
sheet-recourse-waiver = Verzicht abgewogen (§ 110 Absatz 2 SGB VII)

## Angaben, die allein das Ergebnis ändern, und was es trägt
sheet-check-head = In der Akte prüfen
sheet-check-lead = Wäre eine dieser Angaben falsch, käme mit einem Wert der letzten Spalte ein anderes Ergebnis heraus. Stand der Daten: { $datum }.
sheet-check-none = Keine Angabe ändert allein das Ergebnis. Geschützte Angaben sind nicht geprüft.
sheet-proof-head = Was das Ergebnis trägt
sheet-sufficient = Das allein genügt für den Vorschlag: { $liste }. Die anderen Angaben können ihn dann nicht ändern (bewiesen im Bereich der Vergleichsgruppe).
sheet-sufficient-smallest = Mit weniger Angaben gilt das nicht.
sheet-sufficient-always = Das Programm macht diesen Vorschlag immer, was auch in den Angaben steht (bewiesen im Bereich der Vergleichsgruppe).
sheet-sufficient-none = Mit { $n } Angaben allein steht der Vorschlag noch nicht fest, welche es auch sind: Die anderen könnten ihn ändern (bewiesen im Bereich der Vergleichsgruppe).
sheet-necessary = Ohne diese Angabe wäre das Ergebnis anders: { $satz }. Geprüft mit { $n } Fällen, die hier einen anderen Wert haben.
sheet-together = Hätten alle Punkte für den Vorschlag die Werte eines anderen Falls, wäre das Ergebnis in { $n } von 100 Fällen anders.
sheet-uncertain = Weniger sicher: { $satz }.
sheet-licence-background = In { $n } von 100 anderen Vergleichsgruppen ist die Richtung eine andere.
sheet-licence-game = Das zweite Rechenverfahren nennt nicht diese Richtung.
sheet-licence-probe = Mit den Werten anderer Fälle bewegt sich der Rechenwert nicht in diese Richtung.
sheet-licence-passed = Die genannten Punkte haben bestanden: { $liste }.
sheet-licence-not = Bei diesem Programm nicht möglich: { $liste }.
licence-background = andere Vergleichsgruppen
licence-game = zweites Rechenverfahren
licence-probe = Probe mit Werten anderer Fälle
