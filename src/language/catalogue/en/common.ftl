### Words that every document needs.
### Rules: placeholders follow a colon or stand alone. The program never inflects a word.

## Yes and no, lists, dates, pages
word-yes = yes
word-no = no
word-missing = not known
word-not-applicable = not stated
word-and = and
word-or = or
word-of-100 = { $n } of 100
list-two = { $a } and { $b }
list-or = { $a } or { $b }
value-range = { $von } to { $bis }
date-text = { $tag } { $monat } { $jahr }
month-1 = January
month-2 = February
month-3 = March
month-4 = April
month-5 = May
month-6 = June
month-7 = July
month-8 = August
month-9 = September
month-10 = October
month-11 = November
month-12 = December
time-text = { $stunde }:{ $minute }
page-of = Page { $page } of { $pages }
page-header = { $behoerde } · Our reference: { $aktenzeichen } · { $datum }

## Draft and invented examples
watermark = DRAFT – do not send
title-draft = DRAFT – do not send: { $titel }
foot-invented = Invented example: this agency and these people do not exist.
foot-record = All numbers are also in a file attached to this PDF: { $datei }.
foot-version = Program: version { $version }. Data as of: { $datum }.

## Strength (share of the whole influence: from 30, 15, 7, 2 of 100)
strength-very-strong = very strong
strength-strong = strong
strength-medium = medium
strength-slight = slight

## How sure (right results: from 95, 85, 70, 50, below 50 of 100)
sure-almost-always = almost always right
sure-mostly = mostly right
sure-often = often right
sure-barely = only a little more often right than wrong
sure-rarely = more often wrong than right

## Sources
source-own-third = from the person
source-file-third = from the file
source-other-third = from another body: { $stelle }

## Charts
chart-for = in favour
chart-against = against
chart-rest = other details together
chart-missing = not known
chart-axis-for = in favour
chart-axis-against = against
chart-axis-influence = influence on the result
chart-axis-mean-influence = average influence
chart-axis-predicted = calculated by the program, of 100
chart-axis-observed = really happened, of 100
chart-axis-cases = number of cases
chart-limit = limit
chart-this-case = this case
chart-average = average of the comparison group
alt-reasons = Bar chart. Bars to the right were in favour. Bars to the left were against.
alt-reasons-for = { $label }: { $wert }. This was a { $staerke } point in favour.
alt-reasons-against = { $label }: { $wert }. This was a { $staerke } point against.
alt-reasons-for-clause = { $satz }. This was a { $staerke } point in favour.
alt-reasons-against-clause = { $satz }. This was a { $staerke } point against.
alt-reasons-rest-for = Other details together: in favour, share { $anteil }.
alt-reasons-rest-against = Other details together: against, share { $anteil }.
alt-share-for = { $label }: { $wert }. In favour, share { $anteil }.
alt-share-against = { $label }: { $wert }. Against, share { $anteil }.
alt-mean = Bar chart. Average influence of the details, the largest first.
alt-mean-item = { $label }: share { $anteil }.
alt-tree = Tree with { $blaetter } leaves. It is a simplified picture of the program.
alt-tree-continued = The tree of the page before, continued.
alt-tree-question = Question: { $frage } Yes: { $ja } cases, { $ja_n } of them with the result “{ $ergebnis }”. No: { $nein } cases, { $nein_n } of them.
alt-tree-rule = If { $bedingungen }: { $ergebnis }, { $n } of { $von } cases.
alt-calibration = Dot chart. It compares what the program calculated with what really happened.
alt-calibration-item = Calculated { $berechnet } of 100, happened { $passiert } of 100, { $n } cases.
alt-groups = Bar chart. It compares the errors in groups.
alt-groups-item = { $gruppe }: { $wert } of 100, { $n } cases.
alt-distribution = Column chart. It shows how often the program calculated which number. The limit is { $grenze }.
alt-distribution-item = From { $von } to { $bis }: { $n } cases.

## Rules in the tree and in the report
rule-less = { $label } below { $wert }
rule-at-least = { $label } from { $wert }
rule-at-most = { $label } up to { $wert }
rule-more = { $label } above { $wert }
rule-is = { $label }: { $wert }
rule-is-not = { $label }: not { $wert }
rule-missing = { $label }: not known
rule-and = { $a } and { $b }
tree-cases = { $n } cases
tree-share = { $n } of 100
tree-of = { $n } of { $von } cases
tree-own = This case: { $wert }
tree-own-missing = This case: not known. The tree uses the usual value.
tree-key-threshold = the question divides here
tree-key-own = this case
tree-key-missing = missing
tree-key-edges = the thicker the line, the more cases
tree-others = others
tree-end-below = { $wert } and less
tree-end-above = { $wert } and more
