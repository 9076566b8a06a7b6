### Report for those responsible for the program.

## Title and head
report-title = Report on the program: { $vorgang }
report-subtitle = For those responsible for the program
report-lead = This program is used for: { $zweck }.
report-decides-not = It does not decide. It { $rolle }.
report-role-suggestion = suggests an offer
report-role-support = makes a suggestion for a decision
report-role-priority = suggests which cases are checked first
report-role-document = reads documents and checks whether they are complete
report-date = As of: { $datum }
report-head-version = Program version { $version }
report-attachment = All numbers of this report, machine-readable
report-no-person = This report holds no data about single persons.
report-invented = Agency, dates and decisions are invented. The numbers are calculated with real old data.
report-summary-head = The main points
report-strongest = What moves the result most: { $liste }.

## Numbers
report-below-one = under 1
report-above-99 = over 99
report-count-of = { $n } of { $von }
report-too-few = too few
report-not-shown = not shown
report-all = all: { $n } of 100
report-col-cases = Cases
report-col-sum = Total
report-col-counts = counted
report-col-of-100 = of 100
report-col-interval = range

## 1 Purpose and responsibility
report-purpose-head = Purpose and responsibility
report-col-fact = Point
report-col-content = Content
report-purpose = Purpose
report-legal-basis = Legal basis
report-owner = Responsible
report-agency = Agency
report-role = Role
report-discretion = Discretion
report-kind = Kind
report-kind-learned = learned from earlier cases
report-kind-rules = fixed rules
report-version = Version
report-trained-on = Learned from cases of
report-threshold = Limit
report-threshold-meaning = From { $grenze } of 100 the suggestion is: { $vorschlag }. Below it: { $anderer_vorschlag }.
report-not-used = The program does not use: { $liste }.
report-not-used-verified = Checked: none of these details is a column of the program. Other details may still be connected with them.

## 2 Details
report-inputs-head = Details the program calculates with
report-inputs-note = The program gets these details and no others. Usual: where 80 of 100 cases of the comparison group lie. Missing: of 100 test cases. The program’s columns for each detail are in the file report.json attached to this PDF.
report-col-detail = Detail
report-col-unit = Kind or unit
report-col-source = Source
report-col-typical = usual
report-col-missing = missing
report-col-protection = Protection
report-kind-number = number
report-kind-percent = percent
report-kind-bool = yes or no
report-kind-category = choice
report-protected-none = –
report-protected-protected = protected
report-protected-proxy = indirect
report-protection-head = Protected details
report-protected-basis = specially protected. Legal basis: { $text }
report-proxy-note = may stand for a protected detail. Check: { $text }
report-protected-nothing = None of the details is declared as specially protected or as standing for a protected detail.

## 3 Quality
report-quality-head = How often is the program right, how often wrong?
report-tested = Tested with { $n } cases that it did not know ({ $zeitraum }). { $ereignis }: this is true of { $basis } of 100 cases.
report-suggested = Of 100 cases with the suggestion “{ $vorschlag }”: { $richtig } right, { $falsch } wrong.
report-never-suggested = The suggestion “{ $vorschlag }” never occurred in the test cases.
report-overlooked = Missed: { $n } of 100 cases of which this is true: { $ereignis }.
report-needless = Suggested needlessly (“{ $vorschlag }”): { $n } of 100 cases of which this is true: { $ereignis }.
report-confusion-caption = Suggestion of the program and what really happened (number of cases)
report-col-suggested = Suggestion
report-accuracy-warning = The share of all right results alone is misleading. Both kinds of error matter: missed cases and needless suggestions.
report-rates-head = Both kinds of error, with their uncertainty
report-col-rate = Share
report-rate-base = target event: { $ereignis }
report-rate-right = suggestion “{ $vorschlag }” was right
report-rate-overlooked = missed, of all with the target event
report-rate-needless = suggested needlessly, of all without the target event
report-interval-note = Range: 95% range (Wilson). It says how uncertain the share is because the number of test cases is limited.
report-auc = Power to separate (AUC): { $auc }. 0.5 would be chance, 1 would be without error.
report-brier = Mean squared error (Brier): { $brier }. 0 would be without error.
report-calibration-old = Letters do not state the frequency of right results for every suggestion. That needs at least 200 test cases for the suggestion and a test that is not older than 24 months.
report-calibration-head = Are the calculated numbers right?
report-calibration-text = Each dot stands for cases with similar calculated numbers. On the line, calculation and reality agree. Below it stands how many cases there are.
report-calibration-caption = The same numbers, of 100
report-calibration-dot = cases with similar numbers, 95% range
report-calibration-line = calculation as in reality
report-calibration-gap = Average difference between calculation and reality: { $abweichung } of 100.
report-col-bin = calculated
report-col-predicted = mean
report-col-happened = happened
report-bins-small = Sections with fewer than { $n } cases have no dot.

## 4 Groups
report-groups-head = Errors in groups
report-groups-intro = The comparison uses test cases in which the group is known. In the charts the dashed line is the share in all cases, and the line around a dot is the 95% range.
report-groups-unknown = There are no data on groups. Whether errors are unevenly spread is unknown.
report-groups-largest = Largest difference ({ $spalte }): { $gruppe_1 } { $wert_1 } of 100, { $gruppe_2 } { $wert_2 } of 100.
report-gap-chance = This may be chance (95% range of the difference: { $von } to { $bis }).
report-gap-apart = Chance alone hardly explains this (95% range of the difference: { $von } to { $bis }).
report-gap-summary = Missed, by group: { $unterschied }
report-groups-overlooked = Missed
report-groups-needless = Suggested needlessly
report-alt-overlooked = Dot chart. How many cases with the target event the program missed in each group.
report-alt-needless = Dot chart. For how many cases without the target event the program made a needless suggestion in each group.
report-axis-rate = of 100 cases
report-groups-caption = Groups compared, each of 100 (in brackets the 95% range)
report-col-group = Group
report-col-base = Event
report-col-offered = Suggested
report-col-overlooked = missed
report-col-needless = needless
report-groups-small = Groups with fewer than { $n } cases are not shown. Where a small group could be worked out, the next larger one is left out too. “Not known” are cases without this detail.
report-groups-uncertain = The more groups are compared, the more likely a difference is chance. The range of the difference (Newcombe) does not account for that.
report-groups-no-claim = The comparison does not prove that nobody is disadvantaged. It shows these groups and these errors only.

## 5 Influence of the details
report-influence-head = Which details move the result?
report-influence-intro = The bars show the average influence on the calculation, as a share of the whole influence. They do not show causes.
report-influence-method = Method: { $verfahren }. Number of test cases: { $n }. Comparison group: { $vergleichsgruppe }, as of { $datum }.
report-influence-caption = Average influence of the details (share)
report-method-tree-interventional = exact Shapley values for trees, with a comparison group
report-method-linear = exact Shapley values for linear programs, with a comparison group
report-swarm-head = How different is the influence from case to case?
report-swarm-help = Each dot is a case. To the right of zero the detail moves towards the suggestion “{ $ergebnis }”, to the left away from it. Dark dots have a high value. Where dark dots are on the right, high values move towards this suggestion.
report-swarm-caption = Influence in single cases (test cases taken evenly)
report-swarm-low = low value or no
report-swarm-high = high value or yes
report-swarm-missing = choice without order, or not known
report-axis-influence = influence on the program’s inner score
report-alt-swarm = Clouds of dots. They show for each detail how different its influence is in single cases.
report-alt-swarm-item = { $label }: in 80 of 100 cases from { $von } to { $bis }, middle { $mitte }. { $richtung }.
report-influence-table = The same numbers as a table (inner score of the program)
report-influence-note = Error: standard error of the average. Range: where 80 of 100 cases lie. Direction rising: higher values (or yes) move towards the suggestion “{ $ergebnis }”; falling: away from it.
report-col-mean-influence = Influence
report-col-error = Error
report-col-share = Share
report-col-spread = Range
report-col-direction = Direction
report-direction-up = rising
report-direction-down = falling
report-direction-mixed = mixed
report-direction-choice = by choice
report-values-caption = Average influence of each choice (inner score of the program)
report-col-value = Choice
report-col-mean = average influence

## 6 Simplified tree
report-tree-head = A simplified picture of the program
report-tree = The tree with { $blaetter } leaves agrees with the program in { $treue } of 100 cases. In the other cases it explains wrongly.
report-tree-size = Depth: { $tiefe }. Leaves: { $blaetter }. Smallest leaf: { $n } cases.
report-tree-made = Built with { $n } test cases, measured on { $gemessen } others. In the quarter of cases nearest to the limit it agrees in { $nahe } of 100 cases.
report-tree-caption = Simplified tree. It is not the program.
report-tree-use-sheet = The tree is exact enough for the check sheet.
report-tree-use-owner = The tree is not exact enough for the check sheet. It is only in this report.
report-tree-never-letter = The tree is never in letters to citizens.
report-tree-rules-head = The same rules as a table
report-tree-missing = Where a detail is missing, the tree takes the middle value (median) of the cases it was built with. The program itself treats missing details in its own way.
report-col-rule = If
report-col-then = Then
report-col-agree = agrees

## 7 Other values
report-cf-head = Examples with other values
report-cf-intro = For { $n } test cases taken evenly, the search was: with which other values would the result be different? Only details that the procedure admits for this are searched, and at most two changes.
report-col-outcome = Result of the search
report-cf-one = One change is enough
report-cf-two = Two changes are needed
report-cf-impossible = Not possible with at most two changes (proven)
report-cf-not-found = Nothing found, but nothing proven either
report-cf-proved = For { $n } of { $von } examples found it is proven that there is no smaller one.

## 8 Reliability of the explanations
report-reliability-head = How reliable are the explanations?
report-residual = Difference between the sum of the influences and the score in { $n } cases: at most { $maximum }, in 99 of 100 cases at most { $p99 }.
report-residual-exact = The influences are calculated exactly.
report-stability-exact = The method uses no chance. Every repetition gives the same numbers.
report-halves = The choice of the comparison group: with its { $gruppe } cases split into two halves, both name the same strongest detail in { $gleich } of 100 cases (measured on { $n } test cases).
report-ood = Test cases with an unusual value: { $n } of 100.
report-missing-rate = Test cases with missing details: { $n } of 100.
report-border-rate = Test cases close to the limit: { $n } of 100.
report-drift-none = Whether cases have changed since the test is not measured in this report.

## 9 Use
report-use-head = People and program
report-use-cases = Cases of this run: { $n }.
report-use-unusual = Cases with an unusual value: { $n }.
report-agreement = People followed the suggestion in { $quote } of 100 cases.
report-agreement-warning = A value near 100 is a warning sign: perhaps the program decides then (Article 22 GDPR, CJEU C-634/21).
report-agreement-counts = People followed the suggestion: { $gefolgt }. Decided differently: { $anders }. Still open: { $offen }.
report-agreement-none = There are no recorded decisions yet.
report-agreement-small = There are fewer than { $n } decisions. The number says little so far.
report-objections-unknown = Results of objections are not stated.
report-considerations-missing = Decisions without a person’s own considerations: { $n }.
report-gates = Letters that were not written: { $n }.
report-gates-none = No letter was held back.
report-gates-caption = What was held back, and why
report-col-gate = Rule
report-col-meaning = Meaning
report-col-effect = Effect
report-effect-block = blocked
report-effect-draft = draft only
report-gate-G01 = A legal field that is required is missing.
report-gate-G02 = The decision of a human is not fully recorded.
report-gate-G03 = The decision does not belong to this case or to these details.
report-gate-G04 = There is discretion, but no human’s considerations.
report-gate-G11 = The explanation does not add up exactly.
report-gate-G13 = The program file is not the approved one.
report-gate-G19 = There is no valid example with other values.
report-gate-G24 = A character cannot be printed, or the address does not fit.
report-gate-G28 = Nobody released the documents.
report-gate-other = Another fault. held_back.csv says more.

## 10 Limits
report-limits-head = Limits
report-limits-cause = The report shows how the program calculates. It does not show why something happens in life.
report-limits-past = The program learned from old cases. It may repeat old errors.
report-limits-law = This report is not a legal review.
report-blind-head = What the program cannot know
report-prohibited-head = The program must not be used for

## 11 Identity
report-identity-head = What exactly was used
report-identity-intro = The checksums (SHA-256) say exactly what the calculation used. The same files give the same report.
report-tool = Made with
report-procedure-id = Procedure
report-file = Program file
report-model-file = { $datei } ({ $format }, written by { $werkzeug }; objective { $ziel }; trees: { $baeume })
report-hash-ok = The file is the approved file.
report-hash-other = The file is NOT the approved file.
report-background = Comparison group
report-holdout = Test cases
report-group-file = { $datei }, { $n } cases, as of { $datum }
report-released = Released by
report-not-released = nobody (draft)
