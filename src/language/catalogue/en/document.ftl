### What the documents need besides: head, foot, picture descriptions, the sum.

greet-unknown = Hello,
head-human-reasons = Why did we decide like this?
alt-rest-for = The other details together were in favour.
alt-rest-against = The other details together were against.
footer = { $aktenzeichen } · Program version { $version }
attachment = Machine-readable version of this explanation
rule-missing-filled = (not known; the tree uses the usual value)

sheet-a-subtitle = Your own look at the case
sheet-b-subtitle = What the program calculated
sheet-state = Data of { $datum } · Program version { $version }
sheet-share = share { $anteil }
sheet-typical = usually { $typ_von } to { $typ_bis }
sheet-strongest-against = Strongest point against the suggestion:
sheet-rest = All other details together: share { $anteil } of the influence.
sheet-sum-head = How the result comes about
sheet-col-own = Value
sheet-col-flip = flips at
sheet-tree-other = mostly: { $ergebnis }
sheet-tree-alt = The path of this case in the simplified tree.
sheet-tree-leaf = Result in the tree: { $ergebnis }.
sheet-tree-disagrees = The tree does not agree with the program in this case. So it is not shown here. Otherwise it agrees in { $treue } of 100 cases.
sheet-quality = Calculation adds up: { $rechnung } · Case within the known range: { $bekannt } · Close to the limit: { $grenzfall }

waterfall-start = Comparison group: { $gruppe }
waterfall-end = This case
waterfall-threshold = Limit { $grenze }
waterfall-caption = Score (log-odds, not a probability). Solid bars raise it, hatched bars lower it. These are not causes.
waterfall-alt-start = Calculation. The comparison group is at { $wert }.
waterfall-alt-end = This case is at { $wert }. The limit is at { $grenze }.

gate-g01 = The agency’s details on the decision notice are missing.
gate-g02 = The record of a person’s decision is incomplete or does not match the result.
gate-g04 = A person’s considerations are missing (§ 35 (1) sentence 3 SGB X).

data-missing-usual = One detail was missing: { $label }. The program used a usual value instead.
sheet-against-filled = These details are missing: { $label_liste }. The program used usual values instead.
