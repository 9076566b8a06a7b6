### What the documents need besides: head, foot, picture descriptions, the sum.

greet-unknown = Hello,
head-human-reasons = Why did we decide like this?
alt-rest-for = The other details together were in favour.
alt-rest-against = The other details together were against.
footer = { $aktenzeichen } · Program version { $version }
attachment = Machine-readable version of this explanation

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
sheet-tree-step = Step { $n }: { $frage } { $eigen }. Answer: { $antwort }. With “{ $andere }” mostly: { $ergebnis }, { $rows } of { $von } cases.
sheet-tree-leaf = Result in the tree: { $ergebnis }, { $n } of { $von } cases.
sheet-tree-disagrees = The tree does not agree with the program in this case. So it is not shown here. Otherwise it agrees in { $treue } of 100 cases.
sheet-quality = Calculation adds up: { $rechnung } · Case within the known range: { $bekannt } · Close to the limit: { $grenzfall }

waterfall-start = Comparison group: { $gruppe }
waterfall-end = This case
waterfall-threshold = Limit { $grenze }
waterfall-caption-score = The program’s score. Solid bars raise it, hatched bars lower it. These are not causes.
waterfall-caption = Score (log-odds, not a probability). Solid bars raise it, hatched bars lower it. These are not causes.
waterfall-alt-start = Calculation. The comparison group is at { $wert }.
waterfall-alt-end = This case is at { $wert }. The limit is at { $grenze }.

gate-g01 = Details of the agency that this letter needs are missing.
gate-g02 = The record of a person’s decision is incomplete or does not match the result.
gate-g04 = A person’s considerations are missing (§ 35 (1) sentence 3 SGB X).
gate-g05 = The person wrote something themselves. No one has considered it yet (§ 31a sentence 2 SGB X).
gate-g06 = Something is missing for a decision by the program alone (§ 31a SGB X).
gate-g07 = The hearing, or the reason for an exception, is missing (§ 24 SGB X).
gate-g08 = A word does not fit the right legal remedy.
gate-g09 = The legal basis for a protected detail is missing.
gate-g10 = A protected detail may not stand in the letter like this.
gate-g12 = The explanation is not stable.
gate-g16 = The case is unlike earlier cases. A person must look closely and record it.
gate-g17 = Too much rests on values that were filled in.
gate-g21 = The letter says of a detail that it was not used, but it was.
gate-g22 = The letter is not written simply enough.
gate-g23 = The letter has a word that should not be there.
gate-g25 = The letter is too long.
gate-g26 = A date does not fit.
gate-g29 = A reason or a statement in the letter has not been checked.

data-missing-usual = One detail was missing: { $label }. The program used a usual value instead.
sheet-against-filled-head = These details are missing. The program used usual values:
sheet-against-missing-head = These details are missing. The program calculated without them:
sheet-against-ood-head = Unusual about this case:
sheet-against-filled = These details are missing: { $label_liste }. The program used usual values instead.

## Places in the documents
evidence-passage = { $label }: The program read this passage: “{ $stelle }”
evidence-page = The program read this page: { $datei }. It found there: { $liste }.
evidence-page-many = The program read this page: { $datei }. The table shows what it found there.
evidence-not-found = The program did not find: { $liste }.
evidence-not-found-head = The program did not find:
evidence-page-alt = Page { $datei }, made smaller. Numbers at the places that were read: { $liste }.
evidence-page-places = { $datei }: { $liste }
sheet-evidence-head = Places in the documents
sheet-evidence-lead = This is where the program read. Please also read what else the document says.
sheet-evidence-passage = { $label } ({ $datei }): “{ $stelle }”
sheet-recourse-head = Recourse
