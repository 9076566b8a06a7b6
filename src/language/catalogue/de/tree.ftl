### Der vereinfachte Baum eines beliebigen Modells (klartext tree).

## Fragen, Antworten, Schritte
surrogate-question-below = { $angabe }: weniger als { $wert }?
surrogate-question-is = { $angabe }: { $werte }?
surrogate-question-among = { $angabe }: eines von { $werte }?
surrogate-answer-below = { $angabe }: weniger als { $wert }
surrogate-answer-from = { $angabe }: mindestens { $wert }
surrogate-answer-is = { $angabe }: { $werte }
surrogate-answer-is-not = { $angabe }: nicht { $werte }
surrogate-answer-among = { $angabe }: eines von { $werte }
surrogate-answer-not-among = { $angabe }: keines von { $werte }
surrogate-answer-or-missing = { $antwort }, oder nicht bekannt
surrogate-step-below = { $angabe }: { $eigen } ist weniger als { $wert }.
surrogate-step-from = { $angabe }: { $eigen } ist mindestens { $wert }.
surrogate-step-is = { $angabe }: Es ist { $eigen }.
surrogate-step-is-not = { $angabe }: { $eigen } ist nicht { $werte }.
surrogate-step-among = { $angabe }: { $eigen } ist eines von { $werte }.
surrogate-step-not-among = { $angabe }: { $eigen } ist keines von { $werte }.
surrogate-step-missing = { $angabe }: nicht bekannt, darum geht es weiter wie bei „{ $antwort }“.
surrogate-other-value = ein anderer Wert
surrogate-says-class = Dann sagt der Baum: { $ergebnis }.
surrogate-says-score = Dann sagt der Baum: Rechenwert { $wert } (Standardabweichung { $streuung }).
surrogate-says-score-class = Dann sagt der Baum: Rechenwert { $wert } (Standardabweichung { $streuung }), also { $ergebnis }.
surrogate-class-below = Vorhersage unter { $wert }
surrogate-class-from = Vorhersage mindestens { $wert }
surrogate-class-other = eine andere Klasse als { $klasse }
surrogate-band-below = Rechenwert unter { $bis }
surrogate-band-between = Rechenwert ab { $von } und unter { $bis }
surrogate-band-from = Rechenwert mindestens { $von }

## Was er ist und wie weit man ihm trauen kann
surrogate-head = Vereinfachter Baum des Modells { $datei }
surrogate-picture = Dieser Baum ist ein vereinfachtes Bild des Modells. Er ist nicht das Modell, und er nennt keine Gründe.
surrogate-of-decision = Er zeigt, wie das Modell entscheidet.
surrogate-of-score = Er zeigt, welchen Rechenwert das Modell berechnet.
surrogate-size = Blätter: { $blaetter }. Fragen auf dem längsten Weg: { $tiefe }. Er ist mit { $n } Fällen gebaut.
surrogate-measured = Gemessen ist er an { $n } anderen Fällen.
surrogate-not-measured = Es gab keine anderen Fälle zum Messen. Niemand weiß, wie gut er passt.
surrogate-agrees = Der Baum sagt in { $n } von 100 Fällen dasselbe wie das Modell. Bei anderen Fällen wären es { $von } bis { $bis } von 100.
surrogate-near = Im Viertel der Fälle, die einem anderen Ergebnis am nächsten sind, sind es { $n } von 100 Fällen ({ $von } bis { $bis }).
surrogate-explains = Er erklärt { $anteil } der Unterschiede zwischen den Rechenwerten ({ $von } bis { $bis }).
surrogate-explains-none = Er erklärt nichts von den Unterschieden zwischen den Rechenwerten.
surrogate-stable = Bäume aus anderen Stichproben derselben Fälle: { $versuche }. Mit derselben Angabe beginnen davon: { $gleich }.
surrogate-stable-agree = Zwei solche Bäume sagen in { $n } von 100 Fällen dasselbe.
surrogate-curve-head = Größe und Treue
surrogate-curve-line = Blätter: { $blaetter }. { $treue }
surrogate-curve-agrees = Dasselbe Ergebnis in { $n } von 100 Fällen.
surrogate-curve-explains = Erklärte Unterschiede zwischen den Rechenwerten: { $anteil }.
surrogate-curve-explains-none = Erklärte Unterschiede zwischen den Rechenwerten: keine.

## Regeln und Fälle
surrogate-rules-head = Der Baum als Regeln
surrogate-rule = Regel { $nummer }
surrogate-rule-always = Immer.
surrogate-rule-counts = Fälle: { $n }.
surrogate-rule-agrees = Von anderen Fällen hier sagt das Modell dasselbe in { $n } von { $von }.
surrogate-rule-off = Bei anderen Fällen hier ({ $von }) liegt der Rechenwert meist um { $fehler } daneben.
surrogate-case-head = Fall { $fall }
surrogate-case-steps = Der Weg des Falls durch den Baum
surrogate-case-disagrees = Der Baum sagt über diesen Fall etwas anderes als das Modell. Darum steht der Weg hier nicht.
surrogate-case-unfaithful = Der Baum ist für solche Fälle nicht genau genug. Darum steht der Weg des Falls hier nicht.
surrogate-local-head = Ein Baum für ähnliche Fälle
surrogate-local-made = Er ist mit { $n } ähnlichen Fällen gebaut und mit { $kopien } Kopien des Falls, bei denen eine Angabe anders ist.
surrogate-local-agrees = Bei anderen davon sagt der Baum in { $n } von 100 Fällen dasselbe wie das Modell ({ $von } bis { $bis }).
surrogate-local-explains = Bei anderen davon erklärt er { $anteil } der Unterschiede zwischen den Rechenwerten.
surrogate-local-too-few = Es gibt zu wenige ähnliche Fälle. Darum gibt es keinen Baum.
surrogate-local-alike = Das Modell sagt über alle ähnlichen Fälle dasselbe. Darum gibt es nichts zu teilen.
surrogate-local-unfaithful = Er ist nicht genau genug. Darum steht er hier nicht.
surrogate-local-disagrees = Er sagt über den Fall etwas anderes als das Modell. Darum steht er hier nicht.
surrogate-alt = Baum mit { $blaetter } Blättern. Er ist ein vereinfachtes Bild des Modells. Er sagt:
surrogate-footer = Vereinfachtes Bild eines Modells, nicht das Modell
surrogate-key-scores = übliche Rechenwerte (ohne das höchste und das niedrigste Zehntel), der mittlere ist markiert
