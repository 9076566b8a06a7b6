### Bericht für die Verantwortlichen des Programms.

## Titel und Kopf
report-title = Bericht über das Programm: { $vorgang }
report-subtitle = Für die Verantwortlichen des Programms
report-lead = Dieses Programm wird benutzt für: { $zweck }.
report-decides-not = Es entscheidet nicht. Es { $rolle }.
report-role-suggestion = schlägt ein Angebot vor
report-role-support = macht einen Vorschlag für eine Entscheidung
report-role-priority = schlägt vor, welche Fälle zuerst geprüft werden
report-role-document = liest Unterlagen und prüft, ob sie vollständig sind
report-date = Stand: { $datum }
report-head-version = Programm Version { $version }
report-attachment = Alle Zahlen dieses Berichts, maschinenlesbar
report-no-person = Dieser Bericht enthält keine Angaben über einzelne Personen.
report-invented = Behörde, Termine und Entscheidungen sind erfunden. Die Zahlen sind mit echten alten Daten berechnet.
report-summary-head = Das Wichtigste in Kürze
report-strongest = Am meisten bewegen das Ergebnis: { $liste }.

## Zahlen
report-below-one = unter 1
report-above-99 = über 99
report-count-of = { $n } von { $von }
report-too-few = zu wenige
report-not-shown = nicht gezeigt
report-all = alle: { $n } von 100
report-col-cases = Fälle
report-col-sum = Summe
report-col-counts = gezählt
report-col-of-100 = von 100
report-col-interval = Bereich

## 1 Zweck und Verantwortung
report-purpose-head = Zweck und Verantwortung
report-col-fact = Punkt
report-col-content = Inhalt
report-purpose = Zweck
report-legal-basis = Rechtsgrundlage
report-owner = Verantwortlich
report-agency = Behörde
report-role = Rolle
report-discretion = Ermessen
report-kind = Art
report-kind-learned = aus früheren Fällen gelernt
report-kind-rules = feste Regeln
report-version = Version
report-trained-on = Gelernt mit Fällen aus
report-threshold = Grenze
report-threshold-meaning = Ab { $grenze } von 100 ist der Vorschlag: { $vorschlag }. Darunter: { $anderer_vorschlag }.
report-not-used = Das Programm benutzt nicht: { $liste }.
report-not-used-verified = Geprüft: Keine dieser Angaben ist eine Spalte des Programms. Andere Angaben können trotzdem mit ihnen zusammenhängen.

## 2 Angaben
report-inputs-head = Angaben, mit denen das Programm rechnet
report-inputs-note = Das Programm bekommt diese Angaben und keine anderen. Üblich: So liegen 80 von 100 Fällen der Vergleichsgruppe. Es fehlt: von 100 Testfällen. Die Spalten des Programms zu jeder Angabe stehen in der Datei report.json, die an diesem PDF hängt.
report-col-detail = Angabe
report-col-unit = Art oder Einheit
report-col-source = Quelle
report-col-typical = üblich
report-col-missing = es fehlt
report-col-protection = Schutz
report-kind-number = Zahl
report-kind-percent = Prozent
report-kind-bool = ja oder nein
report-kind-category = Auswahl
report-protected-none = –
report-protected-protected = geschützt
report-protected-proxy = mittelbar
report-protection-head = Geschützte Angaben
report-protected-basis = besonders geschützt. Rechtsgrundlage: { $text }
report-proxy-note = kann für eine geschützte Angabe stehen. Prüfung: { $text }
report-protected-nothing = Keine der Angaben ist als besonders geschützt oder als Ersatz für eine geschützte Angabe eingetragen.

## 3 Güte
report-quality-head = Wie oft ist das Programm richtig, wie oft falsch?
report-tested = Getestet mit { $n } Fällen, die es nicht kannte ({ $zeitraum }). { $ereignis }: Das trifft auf { $basis } von 100 Fällen zu.
report-suggested = Von 100 Fällen mit dem Vorschlag „{ $vorschlag }“: { $richtig } richtig, { $falsch } falsch.
report-never-suggested = Den Vorschlag „{ $vorschlag }“ gab es in den Testfällen nie.
report-overlooked = Übersehen: { $n } von 100 Fällen, auf die zutrifft: { $ereignis }.
report-needless = Unnötig vorgeschlagen („{ $vorschlag }“): { $n } von 100 Fällen, auf die zutrifft: { $ereignis }.
report-confusion-caption = Vorschlag des Programms und was wirklich passiert ist (Zahl der Fälle)
report-col-suggested = Vorschlag
report-accuracy-warning = Der Anteil aller richtigen Ergebnisse allein führt in die Irre. Wichtig sind beide Arten von Fehlern: übersehene und unnötige Vorschläge.
report-rates-head = Beide Arten von Fehlern, mit Unsicherheit
report-col-rate = Anteil
report-rate-base = Zielereignis: { $ereignis }
report-rate-right = Vorschlag „{ $vorschlag }“ war richtig
report-rate-overlooked = übersehen, von allen mit Zielereignis
report-rate-needless = unnötig vorgeschlagen, von allen ohne Zielereignis
report-interval-note = Bereich: 95-%-Bereich nach Wilson. Er sagt, wie unsicher der Anteil wegen der begrenzten Zahl von Testfällen ist.
report-auc = Trennschärfe (AUC): { $auc }. 0,5 wäre Zufall, 1 wäre ohne Fehler.
report-brier = Mittlerer quadratischer Fehler (Brier): { $brier }. 0 wäre ohne Fehler.
report-calibration-old = In Briefen steht die Häufigkeit richtiger Ergebnisse nicht bei jedem Vorschlag. Dafür braucht es mindestens 200 Testfälle je Vorschlag und einen Test, der nicht älter als 24 Monate ist.
report-calibration-head = Stimmen die berechneten Zahlen?
report-calibration-text = Jeder Punkt fasst Fälle mit ähnlicher berechneter Zahl zusammen. Auf der Linie passen Rechnung und Wirklichkeit zusammen. Unten steht, wie viele Fälle es sind.
report-calibration-caption = Dieselben Zahlen, je von 100
report-calibration-dot = Fälle mit ähnlicher Zahl, 95-%-Bereich
report-calibration-line = Rechnung wie Wirklichkeit
report-calibration-gap = Mittlere Abweichung zwischen Rechnung und Wirklichkeit: { $abweichung } von 100.
report-col-bin = berechnet
report-col-predicted = Mittel
report-col-happened = passiert
report-bins-small = Abschnitte mit weniger als { $n } Fällen haben keinen Punkt.

## 4 Gruppen
report-groups-head = Fehler in Gruppen
report-groups-intro = Verglichen werden Testfälle, in denen die Gruppe bekannt ist. In den Bildern zeigt die gestrichelte Linie den Anteil in allen Fällen und der Strich um einen Punkt den 95-%-Bereich.
report-groups-unknown = Es gibt keine Angaben zu Gruppen. Ob die Fehler ungleich verteilt sind, ist unbekannt.
report-groups-largest = Größter Unterschied ({ $spalte }): { $gruppe_1 } { $wert_1 } von 100, { $gruppe_2 } { $wert_2 } von 100.
report-gap-chance = Das kann Zufall sein (95-%-Bereich des Unterschieds: { $von } bis { $bis }).
report-gap-apart = Zufall allein erklärt das kaum (95-%-Bereich des Unterschieds: { $von } bis { $bis }).
report-gap-summary = Übersehen, nach Gruppen: { $unterschied }
report-groups-overlooked = Übersehen
report-groups-needless = Unnötig vorgeschlagen
report-alt-overlooked = Punktdiagramm. So viele Fälle mit Zielereignis hat das Programm in jeder Gruppe übersehen.
report-alt-needless = Punktdiagramm. So viele Fälle ohne Zielereignis hat das Programm in jeder Gruppe unnötig vorgeschlagen.
report-axis-rate = von 100 Fällen
report-groups-caption = Gruppen im Vergleich, je von 100 (in Klammern der 95-%-Bereich)
report-col-group = Gruppe
report-col-base = Ereignis
report-col-offered = Vorschlag
report-col-overlooked = übersehen
report-col-needless = unnötig
report-groups-small = Gruppen unter { $n } Fällen werden nicht gezeigt. Wo man eine kleine Gruppe ausrechnen könnte, fehlt auch die nächstgrößere. „Nicht bekannt“ sind Fälle ohne diese Angabe.
report-groups-uncertain = Je mehr Gruppen man vergleicht, desto eher ist ein Unterschied Zufall. Der Bereich des Unterschieds (nach Newcombe) berücksichtigt das nicht.
report-groups-no-claim = Der Vergleich beweist nicht, dass niemand benachteiligt wird. Er zeigt nur diese Gruppen und nur diese Fehler.

## 5 Einfluss der Angaben
report-influence-head = Welche Angaben bewegen das Ergebnis?
report-influence-intro = Die Balken zeigen den mittleren Einfluss auf die Rechnung, als Anteil am ganzen Einfluss. Sie zeigen keine Ursachen.
report-influence-method = Verfahren: { $verfahren }. Zahl der Testfälle: { $n }. Vergleichsgruppe: { $vergleichsgruppe }, Stand { $datum }.
report-influence-caption = Mittlerer Einfluss der Angaben (Anteil)
report-method-tree-interventional = exakte Shapley-Werte für Bäume, mit Vergleichsgruppe
report-method-linear = exakte Shapley-Werte für lineare Programme, mit Vergleichsgruppe
report-swarm-head = Wie verschieden ist der Einfluss von Fall zu Fall?
report-swarm-help = Jeder Punkt ist ein Fall. Rechts von der Null bewegt die Angabe zum Vorschlag „{ $ergebnis }“ hin, links davon weg. Dunkle Punkte haben einen hohen Wert. Liegen dunkle Punkte rechts, bewegen hohe Werte zu diesem Vorschlag hin.
report-swarm-caption = Einfluss in einzelnen Fällen (gleichmäßig ausgewählte Testfälle)
report-swarm-low = niedriger Wert oder nein
report-swarm-high = hoher Wert oder ja
report-swarm-missing = Auswahl ohne Reihenfolge, oder nicht bekannt
report-axis-influence = Einfluss auf den inneren Rechenwert des Programms
report-alt-swarm = Punktwolken. Sie zeigen für jede Angabe, wie verschieden ihr Einfluss in einzelnen Fällen ist.
report-alt-swarm-item = { $label }: in 80 von 100 Fällen von { $von } bis { $bis }, Mitte { $mitte }. { $richtung }.
report-influence-table = Dieselben Zahlen als Tabelle (innerer Rechenwert des Programms)
report-influence-note = Fehler: Standardfehler des Mittels. Spanne: So liegen 80 von 100 Fällen. Richtung steigend: Höhere Werte (oder ja) bewegen zum Vorschlag „{ $ergebnis }“ hin; fallend: davon weg.
report-col-mean-influence = Einfluss
report-col-error = Fehler
report-col-share = Anteil
report-col-spread = Spanne
report-col-direction = Richtung
report-direction-up = steigend
report-direction-down = fallend
report-direction-mixed = wechselnd
report-direction-choice = je Auswahl
report-values-caption = Mittlerer Einfluss jeder Auswahl (innerer Rechenwert des Programms)
report-col-value = Auswahl
report-col-mean = mittlerer Einfluss

## 6 Vereinfachter Baum
report-tree-head = Ein vereinfachtes Bild des Programms
report-tree = Der Baum mit { $blaetter } Blättern stimmt in { $treue } von 100 Fällen mit dem Programm überein. In den anderen Fällen erklärt er falsch.
report-tree-size = Tiefe: { $tiefe }. Blätter: { $blaetter }. Kleinstes Blatt: { $n } Fälle.
report-tree-made = Gebaut mit { $n } Testfällen, gemessen an { $gemessen } anderen. Im Viertel der Fälle, die der Grenze am nächsten liegen, stimmt er in { $nahe } von 100 Fällen.
report-tree-caption = Vereinfachter Baum. Er ist nicht das Programm.
report-tree-use-sheet = Der Baum ist genau genug für den Prüfbogen.
report-tree-use-owner = Der Baum ist zu ungenau für den Prüfbogen. Er steht nur in diesem Bericht.
report-tree-never-letter = In Briefen an Bürgerinnen und Bürger steht der Baum nie.
report-tree-rules-head = Dieselben Regeln als Tabelle
report-tree-missing = Fehlt eine Angabe, nimmt der Baum den mittleren Wert (Median) der Fälle, mit denen er gebaut ist. Das Programm selbst geht mit fehlenden Angaben auf eigene Weise um.
report-col-rule = Wenn
report-col-then = Dann
report-col-agree = stimmt überein

## 7 Andere Werte
report-cf-head = Beispiele mit anderen Werten
report-cf-intro = Für { $n } gleichmäßig ausgewählte Testfälle wurde gesucht: Mit welchen anderen Werten käme ein anderes Ergebnis heraus? Gesucht wird nur bei Angaben, die das Verfahren dafür zulässt, und mit höchstens zwei Änderungen.
report-col-outcome = Ergebnis der Suche
report-cf-one = Eine Änderung genügt
report-cf-two = Zwei Änderungen sind nötig
report-cf-impossible = Mit höchstens zwei Änderungen nicht möglich (bewiesen)
report-cf-not-found = Nichts gefunden, aber auch nichts bewiesen
report-cf-proved = Bei { $n } von { $von } gefundenen Beispielen ist bewiesen, dass es kein kleineres gibt.

## 8 Verlässlichkeit der Erklärungen
report-reliability-head = Wie verlässlich sind die Erklärungen?
report-residual = Abweichung zwischen der Summe der Einflüsse und dem Rechenwert in { $n } Fällen: höchstens { $maximum }, in 99 von 100 Fällen höchstens { $p99 }.
report-residual-exact = Die Einflüsse sind exakt berechnet.
report-stability-exact = Das Verfahren benutzt keinen Zufall. Jede Wiederholung gibt dieselben Zahlen.
report-halves = Die Wahl der Vergleichsgruppe: Teilt man ihre { $gruppe } Fälle in zwei Hälften, nennen beide in { $gleich } von 100 Fällen dieselbe stärkste Angabe (gemessen an { $n } Testfällen).
report-ood = Testfälle mit einem ungewöhnlichen Wert: { $n } von 100.
report-missing-rate = Testfälle mit fehlenden Angaben: { $n } von 100.
report-border-rate = Testfälle nahe an der Grenze: { $n } von 100.
report-drift-none = Ob sich die Fälle seit dem Test verändert haben, ist in diesem Bericht nicht gemessen.

## 9 Nutzung
report-use-head = Menschen und Programm
report-use-cases = Fälle dieses Laufs: { $n }.
report-use-unusual = Fälle mit einem ungewöhnlichen Wert: { $n }.
report-agreement = Menschen sind dem Vorschlag in { $quote } von 100 Fällen gefolgt.
report-agreement-warning = Ein Wert nahe 100 ist ein Warnzeichen: Vielleicht entscheidet dann das Programm (Artikel 22 DSGVO, EuGH C-634/21).
report-agreement-counts = Menschen sind dem Vorschlag gefolgt: { $gefolgt }. Anders entschieden: { $anders }. Noch offen: { $offen }.
report-agreement-none = Es gibt noch keine eingetragenen Entscheidungen.
report-agreement-small = Es sind weniger als { $n } Entscheidungen. Die Zahl sagt noch wenig.
report-objections-unknown = Ergebnisse von Widersprüchen sind nicht angegeben.
report-considerations-missing = Entscheidungen ohne eigene Abwägung: { $n }.
report-gates = Nicht erstellte Briefe: { $n }.
report-gates-none = Kein Brief wurde zurückgehalten.
report-gates-caption = Was zurückgehalten wurde, und warum
report-col-gate = Regel
report-col-meaning = Bedeutung
report-col-effect = Folge
report-effect-block = gesperrt
report-effect-draft = nur Entwurf
report-gate-G01 = Ein Pflichtfeld des Rechts fehlt.
report-gate-G02 = Die Entscheidung eines Menschen ist nicht vollständig eingetragen.
report-gate-G03 = Die Entscheidung gehört nicht zu diesem Fall oder nicht zu diesen Angaben.
report-gate-G04 = Es gibt Ermessen, aber keine Abwägung eines Menschen.
report-gate-G11 = Die Erklärung geht nicht genau auf.
report-gate-G13 = Die Programmdatei ist nicht die freigegebene.
report-gate-G19 = Es gibt kein gültiges Beispiel mit anderen Werten.
report-gate-G24 = Ein Zeichen kann nicht gedruckt werden, oder die Anschrift passt nicht.
report-gate-G28 = Niemand hat die Dokumente freigegeben.
report-gate-other = Ein anderer Fehler. Näheres steht in held_back.csv.

## 10 Grenzen
report-limits-head = Grenzen
report-limits-cause = Der Bericht zeigt, wie das Programm rechnet. Er zeigt nicht, warum im Leben etwas passiert.
report-limits-past = Das Programm hat aus alten Fällen gelernt. Es kann alte Fehler wiederholen.
report-limits-law = Dieser Bericht ist keine rechtliche Prüfung.
report-blind-head = Was das Programm nicht wissen kann
report-prohibited-head = Dafür darf das Programm nicht benutzt werden

## 11 Nachweis
report-identity-head = Nachweis
report-identity-intro = Die Prüfsummen (SHA-256) sagen genau, womit gerechnet wurde. Gleiche Dateien geben denselben Bericht.
report-tool = Erstellt mit
report-procedure-id = Verfahren
report-file = Programmdatei
report-model-file = { $datei } ({ $format }, geschrieben von { $werkzeug }; Ziel { $ziel }; Bäume: { $baeume })
report-hash-ok = Die Datei ist die freigegebene Datei.
report-hash-other = Die Datei ist NICHT die freigegebene Datei.
report-background = Vergleichsgruppe
report-holdout = Testfälle
report-group-file = { $datei }, { $n } Fälle, Stand { $datum }
report-released = Freigegeben von
report-not-released = niemandem (Entwurf)
