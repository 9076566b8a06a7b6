### Bericht für die Verantwortlichen des Programms.

## Titel und Kopf
report-title = Bericht über das Programm: { $vorgang }
report-lead = Dieses Programm wird benutzt für: { $zweck }.
report-decides-not = Es entscheidet nicht. Es { $rolle }.
report-decides = Es entscheidet selbst.
report-role-suggestion = schlägt ein Angebot vor
report-role-support = macht einen Vorschlag für eine Entscheidung
report-role-priority = sortiert Fälle
report-role-document = liest Unterlagen
report-date = Stand: { $datum }
report-no-person = Dieser Bericht enthält keine Angaben über einzelne Personen.
report-summary-head = Das Wichtigste in Kürze

## 1 Zweck und Verantwortung
report-purpose-head = Zweck und Verantwortung
report-purpose = Zweck
report-legal-basis = Rechtsgrundlage
report-owner = Verantwortlich
report-agency = Behörde
report-role = Rolle
report-discretion = Ermessen
report-kind = Art
report-kind-learned = aus früheren Fällen gelernt
report-kind-rules = feste Regeln
report-format = Dateiformat
report-trees = Zahl der Bäume
report-version = Version
report-hash = Prüfsumme der Programmdatei (SHA-256)
report-hash-ok = Die Datei ist die freigegebene Datei.
report-trained-on = Gelernt mit Fällen aus
report-threshold = Grenze
report-threshold-meaning = Ab { $grenze } ist der Vorschlag: { $vorschlag }. Darunter: { $anderer_vorschlag }.
report-tool = Erstellt mit
report-blind-head = Was das Programm nicht wissen kann
report-prohibited-head = Dafür darf das Programm nicht benutzt werden
report-not-used-head = Was das Programm nicht benutzt
report-not-used-verified = Geprüft: Keine dieser Angaben ist eine Spalte des Programms.
report-reviews-head = Prüfungen und Termine
report-fria = Prüfung der Grundrechte (Artikel 27 KI-Verordnung)
report-dpia = Abschätzung der Folgen für den Datenschutz (Artikel 35 DSGVO)
report-council = Beteiligung des Personalrats
report-next-review = Nächste Prüfung
report-not-stated = nicht angegeben

## 2 Angaben
report-inputs-head = Angaben, mit denen das Programm rechnet
report-col-detail = Angabe
report-col-unit = Einheit
report-col-kind = Art
report-col-source = Quelle
report-col-protection = Schutz
report-col-basis = Rechtsgrundlage oder Prüfung
report-col-columns = Spalten
report-kind-money = Geldbetrag
report-kind-count = Anzahl
report-kind-number = Zahl
report-kind-years = Jahre
report-kind-months = Monate
report-kind-weeks = Wochen
report-kind-days = Tage
report-kind-percent = Prozent
report-kind-bool = ja oder nein
report-kind-category = Auswahl
report-protected-none = keiner
report-protected-protected = besonders geschützt
report-protected-proxy = kann für eine geschützte Angabe stehen
report-changeable = darf in einem Rechenbeispiel anders sein

## 3 Güte
report-quality-head = Wie gut ist das Programm?
report-tested = Getestet mit { $n } Fällen aus { $zeitraum }. Häufigkeit des Zielereignisses: { $basis } von 100.
report-ppv = Von 100 Fällen mit Vorschlag „{ $vorschlag }“: { $ppv } richtig, { $fp } falsch. Übersehen: { $fn } von 100 betroffenen Fällen.
report-npv = Von 100 Fällen mit Vorschlag „{ $vorschlag }“: { $npv } richtig, { $fn } falsch.
report-accuracy-warning = Der Anteil aller richtigen Ergebnisse allein führt in die Irre. Wichtig sind beide Arten von Fehlern.
report-auc = Trennschärfe (AUC): { $auc }. 0,5 wäre Zufall, 1 wäre ohne Fehler.
report-confusion-caption = Vorschlag und was wirklich passiert ist
report-col-suggested = Vorschlag
report-col-really-yes = wirklich: { $ereignis }
report-col-really-no = wirklich: { $ereignis }
report-col-cases = Fälle
report-col-right = richtig
report-col-wrong = falsch
report-brier = Mittlerer quadratischer Fehler (Brier): { $brier }.
report-calibration-head = Stimmen die berechneten Zahlen?
report-calibration-text = Jeder Punkt fasst Fälle mit ähnlicher berechneter Zahl zusammen. Auf der Linie passen Rechnung und Wirklichkeit zusammen.
report-calibration-caption = Berechnet und wirklich passiert
report-calibration-gap = Mittlere Abweichung: { $abweichung } von 100.
report-calibration-old = Der Test ist älter als 24 Monate. Häufigkeiten werden deshalb in Briefen nicht genannt.
report-distribution-head = Wie oft kommt welche Zahl vor?
report-distribution-caption = Berechnete Zahlen in den Testfällen und die Grenze

## 4 Gruppen
report-groups-head = Fehler in Gruppen
report-groups-intro = Das Programm kennt diese Gruppen nicht. Verglichen wird mit Testfällen, in denen die Gruppe bekannt ist.
report-groups-caption = { $gruppe }
report-col-group = Gruppe
report-col-n = Fälle
report-col-base = Ereignis, von 100
report-col-offered = Vorschlag, von 100
report-col-reached = erreicht, von 100 betroffenen
report-col-needless = unnötig, von 100 nicht betroffenen
report-col-ppv = Vorschlag richtig, von 100
report-groups-largest = Größter Unterschied: { $gruppe_1 } { $wert_1 } von 100, { $gruppe_2 } { $wert_2 } von 100.
report-groups-unknown = Es gibt keine Angaben zu Gruppen. Ob die Fehler ungleich verteilt sind, ist unbekannt.
report-groups-small = Gruppen unter { $n } Fällen werden nicht gezeigt.
report-groups-uncertain = Bei kleinen Gruppen kann ein Unterschied Zufall sein.
report-groups-no-claim = Der Vergleich beweist nicht, dass niemand benachteiligt wird.

## 5 Einfluss der Angaben
report-influence-head = Welche Angaben haben Einfluss?
report-influence-intro = Die Balken zeigen den mittleren Einfluss auf die Rechnung. Sie zeigen keine Ursachen.
report-influence-method = Verfahren: { $verfahren }. Zahl der Fälle: { $n }. Vergleichsgruppe: { $vergleichsgruppe }, Stand { $datum }.
report-influence-caption = Mittlerer Einfluss der Angaben
report-influence-scale-raw = Gerechnet wird auf der inneren Skala des Programms.
report-influence-scale-probability = Gerechnet wird auf der Skala der Häufigkeit.
report-method-tree-interventional = Shapley-Werte für Bäume, mit Vergleichsgruppe
report-method-tree-path = Shapley-Werte für Bäume, entlang der Wege
report-method-linear = Shapley-Werte für lineare Programme
report-method-exact = Shapley-Werte, vollständig aufgezählt
report-method-sampled = Shapley-Werte, geschätzt aus Stichproben
report-col-mean-influence = mittlerer Einfluss
report-col-share = Anteil
report-col-direction = Richtung
report-direction-up = höher: eher { $ergebnis }
report-direction-down = höher: seltener { $ergebnis }
report-direction-mixed = wechselnd

## 6 Vereinfachter Baum
report-tree-head = Ein vereinfachtes Bild des Programms
report-tree = Der Baum mit { $blaetter } Blättern stimmt in { $treue } von 100 Fällen mit dem Programm überein. In den anderen Fällen erklärt er falsch.
report-tree-size = Tiefe: { $tiefe }. Blätter: { $blaetter }. Kleinstes Blatt: { $n } Fälle.
report-tree-caption = Vereinfachter Baum
report-tree-use-sheet = Der Baum ist genau genug für den Prüfbogen.
report-tree-use-warning = Der Baum steht auf dem Prüfbogen nur mit Warnung.
report-tree-use-owner = Der Baum ist zu ungenau für den Prüfbogen. Er steht nur in diesem Bericht.
report-tree-never-letter = In Briefen an Bürgerinnen und Bürger steht der Baum nie.
report-tree-rules-head = Die Regeln des Baums
report-col-rule = Wenn
report-col-then = Dann
report-col-agree = stimmt überein, von 100

## 7 Verlässlichkeit der Erklärungen
report-reliability-head = Wie verlässlich sind die Erklärungen?
report-residual = Abweichung zwischen Summe und Ergebnis: höchstens { $maximum }, bei 99 von 100 Fällen höchstens { $p99 }.
report-residual-exact = Die Einflüsse sind exakt berechnet.
report-residual-sampled = Die Einflüsse sind geschätzt. Mittlerer Fehler: { $fehler }.
report-stability = Mit { $laeufe } verschiedenen Startwerten gleich: { $gleich } von 100 Fällen.
report-stability-exact = Das Verfahren benutzt keinen Zufall. Jede Wiederholung gibt dieselben Zahlen.
report-ood = Ungewöhnliche Fälle: { $n } von 100.
report-drift-head = Haben sich die Fälle verändert?
report-drift-item = { $label }: { $wert }
report-drift-none = Es gibt noch keine neuen Fälle zum Vergleich.
report-missing-rate = Fälle mit fehlenden Angaben: { $n } von 100.
report-border-rate = Fälle nahe an der Grenze: { $n } von 100.
report-cf-head = Beispiele mit anderen Werten
report-cf-found = Ein Beispiel gefunden: { $gefunden } von 100 Fällen.
report-cf-two = Zwei Änderungen waren nötig: { $zwei } von 100 Fällen.
report-cf-more = Mehr als zwei Änderungen wären nötig: { $mehr } von 100 Fällen.
report-cf-impossible = Kein Beispiel möglich: { $keine } von 100 Fällen.
report-cf-proved = Davon sicher bewiesen: { $bewiesen } von 100 Fällen.

## 8 Menschen und Programm
report-humans-head = Wie entscheiden die Menschen?
report-agreement = Menschen sind dem Vorschlag in { $quote } von 100 Fällen gefolgt. Ein Wert nahe 100 ist ein Warnzeichen (Artikel 22 DSGVO, EuGH C-634/21).
report-agreement-counts = Gefolgt: { $gefolgt }. Anders: { $anders }. Noch offen: { $offen }.
report-agreement-none = Es gibt noch keine eingetragenen Entscheidungen.
report-agreement-small = Es sind weniger als { $n } Entscheidungen. Die Zahl sagt noch wenig.
report-agreement-caption = Entscheidungen der Menschen
report-col-month = Monat
report-col-followed = gefolgt
report-col-deviated = anders
report-col-open = offen
report-objections = Widersprüche und Einsprüche: { $n }
report-objections-unknown = Ergebnisse von Widersprüchen sind nicht angegeben.
report-considerations-missing = Entscheidungen ohne eigene Abwägung: { $n }.

## 9 Gesperrte Briefe
report-gates-head = Gesperrte Briefe
report-gates = Im Zeitraum wurden { $n } Briefe gesperrt. Häufigste Gründe: { $liste }.
report-gates-none = Im Zeitraum wurde kein Brief gesperrt.
report-gates-draft = Nur als Entwurf erstellt: { $n } Briefe.
report-gates-caption = Prüfregeln und wie oft sie gegriffen haben
report-col-gate = Prüfregel
report-col-meaning = Bedeutung
report-col-count = Anzahl
report-col-effect = Folge
report-effect-block = gesperrt
report-effect-draft = nur Entwurf
report-effect-warn = Hinweis
report-effect-log = vermerkt

## 10 Sprache
report-language-head = Ist der Brief verständlich?
report-language-measure = { $sprache }: Lesbarkeit { $wert }, Wörter je Satz { $mittel }, längster Satz { $laengster }.
report-language-formula = Formeln messen nur die Form. Ob Menschen den Brief verstehen, zeigt nur ein Test mit Menschen.
report-language-missing = Angaben ohne eigenen Satz: { $liste }.
report-language-complete = Alle Angaben haben verständliche Namen.

## 11 Grenzen
report-limits-head = Grenzen
report-limits-cause = Der Bericht zeigt, wie das Programm rechnet. Er zeigt nicht, warum im Leben etwas passiert.
report-limits-past = Das Programm hat aus alten Fällen gelernt. Es kann alte Fehler wiederholen.
report-limits-law = Dieser Bericht ist keine rechtliche Prüfung.
report-invented = Behörde, Termine und Entscheidungen sind erfunden. Die Zahlen sind mit echten alten Daten berechnet.
