### Report for those responsible for the program.

## Title and head
report-title = Report on the program: { $vorgang }
report-lead = This program is used for: { $zweck }.
report-decides-not = It does not decide. It { $rolle }.
report-decides = It decides by itself.
report-role-suggestion = suggests an offer
report-role-support = makes a suggestion for a decision
report-role-priority = sorts cases
report-role-document = reads documents
report-date = As of: { $datum }
report-no-person = This report holds no data about single persons.
report-summary-head = The main points

## 1 Purpose and responsibility
report-purpose-head = Purpose and responsibility
report-purpose = Purpose
report-legal-basis = Legal basis
report-owner = Responsible
report-agency = Agency
report-role = Role
report-discretion = Discretion
report-kind = Kind
report-kind-learned = learned from earlier cases
report-kind-rules = fixed rules
report-format = File format
report-trees = Number of trees
report-version = Version
report-hash = Checksum of the program file (SHA-256)
report-hash-ok = The file is the approved file.
report-trained-on = Learned from cases of
report-threshold = Limit
report-threshold-meaning = From { $grenze } the suggestion is: { $vorschlag }. Below it: { $anderer_vorschlag }.
report-tool = Made with
report-blind-head = What the program cannot know
report-prohibited-head = The program must not be used for
report-not-used-head = What the program does not use
report-not-used-verified = Checked: none of these details is a column of the program.
report-reviews-head = Reviews and dates
report-fria = Fundamental rights assessment (Article 27 AI Act)
report-dpia = Data protection impact assessment (Article 35 GDPR)
report-council = Staff council
report-next-review = Next review
report-not-stated = not stated

## 2 Details
report-inputs-head = Details the program calculates with
report-col-detail = Detail
report-col-unit = Unit
report-col-kind = Kind
report-col-source = Source
report-col-protection = Protection
report-col-basis = Legal basis or check
report-col-columns = Columns
report-kind-money = amount of money
report-kind-count = count
report-kind-number = number
report-kind-years = years
report-kind-months = months
report-kind-weeks = weeks
report-kind-days = days
report-kind-percent = percent
report-kind-bool = yes or no
report-kind-category = choice
report-protected-none = none
report-protected-protected = specially protected
report-protected-proxy = may stand for a protected detail
report-changeable = may differ in an example calculation

## 3 Quality
report-quality-head = How good is the program?
report-tested = Tested with { $n } cases from { $zeitraum }. Frequency of the target event: { $basis } of 100.
report-ppv = Of 100 cases with the suggestion “{ $vorschlag }”: { $ppv } right, { $fp } wrong. Missed: { $fn } of 100 affected cases.
report-npv = Of 100 cases with the suggestion “{ $vorschlag }”: { $npv } right, { $fn } wrong.
report-accuracy-warning = The share of all right results alone is misleading. Both kinds of error matter.
report-auc = Power to separate (AUC): { $auc }. 0.5 would be chance, 1 would be without error.
report-confusion-caption = Suggestion and what really happened
report-col-suggested = Suggestion
report-col-really-yes = really: { $ereignis }
report-col-really-no = really: { $ereignis }
report-col-cases = Cases
report-col-right = right
report-col-wrong = wrong
report-brier = Mean squared error (Brier): { $brier }.
report-calibration-head = Are the calculated numbers right?
report-calibration-text = Each dot stands for cases with similar calculated numbers. On the line, calculation and reality agree.
report-calibration-caption = Calculated and really happened
report-calibration-gap = Average difference: { $abweichung } of 100.
report-calibration-old = The test is older than 24 months. So letters do not state frequencies.
report-distribution-head = How often does which number occur?
report-distribution-caption = Calculated numbers in the test cases and the limit

## 4 Groups
report-groups-head = Errors in groups
report-groups-intro = The program does not know these groups. The comparison uses test cases in which the group is known.
report-groups-caption = { $gruppe }
report-col-group = Group
report-col-n = Cases
report-col-base = event, of 100
report-col-offered = suggested, of 100
report-col-reached = reached, of 100 affected
report-col-needless = needless, of 100 not affected
report-col-ppv = suggestion right, of 100
report-groups-largest = Largest difference: { $gruppe_1 } { $wert_1 } of 100, { $gruppe_2 } { $wert_2 } of 100.
report-groups-unknown = There are no data on groups. Whether errors are unevenly spread is unknown.
report-groups-small = Groups with fewer than { $n } cases are not shown.
report-groups-uncertain = In small groups a difference may be chance.
report-groups-no-claim = The comparison does not prove that nobody is disadvantaged.

## 5 Influence of the details
report-influence-head = Which details have influence?
report-influence-intro = The bars show the average influence on the calculation. They do not show causes.
report-influence-method = Method: { $verfahren }. Number of cases: { $n }. Comparison group: { $vergleichsgruppe }, as of { $datum }.
report-influence-caption = Average influence of the details
report-influence-scale-raw = The calculation uses the program’s inner scale.
report-influence-scale-probability = The calculation uses the scale of frequencies.
report-method-tree-interventional = Shapley values for trees, with a comparison group
report-method-tree-path = Shapley values for trees, along the paths
report-method-linear = Shapley values for linear programs
report-method-exact = Shapley values, fully enumerated
report-method-sampled = Shapley values, estimated from samples
report-col-mean-influence = average influence
report-col-share = share
report-col-direction = direction
report-direction-up = higher: more often { $ergebnis }
report-direction-down = higher: less often { $ergebnis }
report-direction-mixed = mixed

## 6 Simplified tree
report-tree-head = A simplified picture of the program
report-tree = The tree with { $blaetter } leaves agrees with the program in { $treue } of 100 cases. In the other cases it explains wrongly.
report-tree-size = Depth: { $tiefe }. Leaves: { $blaetter }. Smallest leaf: { $n } cases.
report-tree-caption = Simplified tree
report-tree-use-sheet = The tree is exact enough for the check sheet.
report-tree-use-warning = The tree is on the check sheet only with a warning.
report-tree-use-owner = The tree is not exact enough for the check sheet. It is only in this report.
report-tree-never-letter = The tree is never in letters to citizens.
report-tree-rules-head = The rules of the tree
report-col-rule = If
report-col-then = Then
report-col-agree = agrees, of 100

## 7 Reliability of the explanations
report-reliability-head = How reliable are the explanations?
report-residual = Difference between sum and result: at most { $maximum }, in 99 of 100 cases at most { $p99 }.
report-residual-exact = The influences are calculated exactly.
report-residual-sampled = The influences are estimated. Average error: { $fehler }.
report-stability = The same with { $laeufe } different seeds: { $gleich } of 100 cases.
report-stability-exact = The method uses no chance. Every repetition gives the same numbers.
report-ood = Unusual cases: { $n } of 100.
report-drift-head = Have the cases changed?
report-drift-item = { $label }: { $wert }
report-drift-none = There are no new cases to compare yet.
report-missing-rate = Cases with missing details: { $n } of 100.
report-border-rate = Cases close to the limit: { $n } of 100.
report-cf-head = Examples with other values
report-cf-found = An example was found: { $gefunden } of 100 cases.
report-cf-two = Two changes were needed: { $zwei } of 100 cases.
report-cf-more = More than two changes would be needed: { $mehr } of 100 cases.
report-cf-impossible = No example possible: { $keine } of 100 cases.
report-cf-proved = Proved with certainty: { $bewiesen } of 100 cases.

## 8 People and program
report-humans-head = How do people decide?
report-agreement = People followed the suggestion in { $quote } of 100 cases. A value near 100 is a warning sign (Article 22 GDPR, CJEU C-634/21).
report-agreement-counts = Followed: { $gefolgt }. Different: { $anders }. Still open: { $offen }.
report-agreement-none = There are no recorded decisions yet.
report-agreement-small = There are fewer than { $n } decisions. The number says little so far.
report-agreement-caption = Decisions by people
report-col-month = Month
report-col-followed = followed
report-col-deviated = different
report-col-open = open
report-objections = Objections: { $n }
report-objections-unknown = Results of objections are not stated.
report-considerations-missing = Decisions without a person’s own considerations: { $n }.

## 9 Blocked letters
report-gates-head = Blocked letters
report-gates = In this period { $n } letters were blocked. Most frequent reasons: { $liste }.
report-gates-none = In this period no letter was blocked.
report-gates-draft = Produced as a draft only: { $n } letters.
report-gates-caption = Check rules and how often they took effect
report-col-gate = Check rule
report-col-meaning = Meaning
report-col-count = Count
report-col-effect = Effect
report-effect-block = blocked
report-effect-draft = draft only
report-effect-warn = note
report-effect-log = logged

## 10 Language
report-language-head = Can the letter be understood?
report-language-measure = { $sprache }: readability { $wert }, words per sentence { $mittel }, longest sentence { $laengster }.
report-language-formula = Formulas measure form only. Whether people understand the letter is shown only by a test with people.
report-language-missing = Details without a sentence of their own: { $liste }.
report-language-complete = All details have names that people understand.

## 11 Limits
report-limits-head = Limits
report-limits-cause = The report shows how the program calculates. It does not show why something happens in life.
report-limits-past = The program learned from old cases. It may repeat old errors.
report-limits-law = This report is not a legal review.
report-invented = Agency, dates and decisions are invented. The numbers are calculated with real old data.
