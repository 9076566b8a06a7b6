### The simplified tree of any model (klartext tree).

## Questions, answers, steps
surrogate-question-below = { $angabe }: less than { $wert }?
surrogate-question-is = { $angabe }: { $werte }?
surrogate-question-among = { $angabe }: one of { $werte }?
surrogate-answer-below = { $angabe }: less than { $wert }
surrogate-answer-from = { $angabe }: at least { $wert }
surrogate-answer-is = { $angabe }: { $werte }
surrogate-answer-is-not = { $angabe }: not { $werte }
surrogate-answer-among = { $angabe }: one of { $werte }
surrogate-answer-not-among = { $angabe }: none of { $werte }
surrogate-answer-or-missing = { $antwort }, or not known
surrogate-step-below = { $angabe }: { $eigen } is less than { $wert }.
surrogate-step-from = { $angabe }: { $eigen } is at least { $wert }.
surrogate-step-is = { $angabe }: it is { $eigen }.
surrogate-step-is-not = { $angabe }: { $eigen } is not { $werte }.
surrogate-step-among = { $angabe }: { $eigen } is one of { $werte }.
surrogate-step-not-among = { $angabe }: { $eigen } is none of { $werte }.
surrogate-step-missing = { $angabe }: not known, so the tree goes on as with “{ $antwort }”.
surrogate-other-value = another value
surrogate-says-class = The tree then says: { $ergebnis }.
surrogate-says-score = The tree then says: score { $wert } (standard deviation { $streuung }).
surrogate-says-score-class = The tree then says: score { $wert } (standard deviation { $streuung }), so { $ergebnis }.
surrogate-class-below = prediction below { $wert }
surrogate-class-from = prediction of at least { $wert }
surrogate-class-other = another class than { $klasse }
surrogate-band-below = score below { $bis }
surrogate-band-between = score from { $von } to below { $bis }
surrogate-band-from = score of at least { $von }

## What it is and how far it can be trusted
surrogate-head = Simplified tree of the model { $datei }
surrogate-picture = This tree is a simplified picture of the model. It is not the model, and it gives no reasons.
surrogate-of-decision = It shows what the model decides.
surrogate-of-score = It shows which score the model calculates.
surrogate-size = Leaves: { $blaetter }. Questions on the longest path: { $tiefe }. It was built with { $n } cases.
surrogate-measured = It was measured on { $n } other cases.
surrogate-not-measured = There were no other cases to measure it on. Nobody knows how well it fits.
surrogate-agrees = The tree says the same as the model in { $n } of 100 cases. Of other cases it would be { $von } to { $bis } of 100.
surrogate-near = In the quarter of cases nearest to another result it is { $n } of 100 cases ({ $von } to { $bis }).
surrogate-explains = It explains { $anteil } of the differences between the scores ({ $von } to { $bis }).
surrogate-explains-none = It explains none of the differences between the scores.
surrogate-stable = Trees built from other samples of the same cases: { $versuche }. Of these, beginning with the same detail: { $gleich }.
surrogate-stable-agree = Two such trees say the same in { $n } of 100 cases.
surrogate-curve-head = Size and fidelity
surrogate-curve-line = Leaves: { $blaetter }. { $treue }
surrogate-curve-agrees = Same result in { $n } of 100 cases.
surrogate-curve-explains = Differences between scores explained: { $anteil }.
surrogate-curve-explains-none = Differences between scores explained: none.

## Rules and cases
surrogate-rules-head = The tree as rules
surrogate-rule = Rule { $nummer }
surrogate-rule-always = Always.
surrogate-rule-counts = Cases: { $n }.
surrogate-rule-agrees = Of other cases here the model says the same in { $n } of { $von }.
surrogate-rule-off = On other cases here ({ $von }) the score is typically off by { $fehler }.
surrogate-case-head = Case { $fall }
surrogate-case-steps = The way of the case through the tree
surrogate-case-disagrees = The tree says something else about this case than the model. So its way is not shown.
surrogate-case-unfaithful = The tree is not exact enough for cases like this one. So the way of the case is not shown.
surrogate-local-head = A tree for cases like this one
surrogate-local-made = It was built with { $n } similar cases and { $kopien } copies of the case in which one detail differs.
surrogate-local-agrees = On others of these the tree says the same as the model in { $n } of 100 cases ({ $von } to { $bis }).
surrogate-local-explains = On others of these it explains { $anteil } of the differences between the scores.
surrogate-local-too-few = There are too few similar cases. So there is no tree.
surrogate-local-alike = The model says the same of all similar cases. So there is nothing to divide.
surrogate-local-unfaithful = It is not exact enough. So it is not shown.
surrogate-local-disagrees = It says something else about the case than the model. So it is not shown.
surrogate-alt = Tree with { $blaetter } leaves. It is a simplified picture of the model. It says:
surrogate-footer = Simplified picture of a model, not the model
surrogate-key-scores = usual scores (without the highest and the lowest tenth), the middle one marked
