//! Small files that say something large by saying it of itself: lists that many nodes share, expressions of
//! expressions, columns doubled again and again, conditions whose ways multiply. Refused or read, within the bounds.

use crate::binary::{Attribute, field, number, onnx_graph};
use crate::{alone, corpus, harmless};

/// A list of 60,000 categories that each of 20,000 nodes takes.
#[test]
fn lists_that_nodes_share() {
    let _alone = alone();
    let nodes = 20_000usize;
    let join = |f: &dyn Fn(usize) -> String, n: usize, by: &str| -> String {
        (0..n).map(f).collect::<Vec<_>>().join(by)
    };
    let shared = |i: usize| if i < nodes { 0 } else { i };
    // A comb: each node's left child is a leaf.
    let lightgbm = [
        "tree\nversion=v4\nnum_class=1\nnum_tree_per_iteration=1\nlabel_index=0\nmax_feature_idx=0\nobjective=regression\n\
         feature_names=a\nfeature_infos=[0:1]\n\nTree=0\n",
        &format!("num_leaves={}\nnum_cat=1\n", nodes + 1),
        &format!("split_feature={}\n", join(&|_| "0".to_owned(), nodes, " ")),
        &format!("threshold={}\n", join(&|i| shared(i).to_string(), nodes, " ")),
        &format!("decision_type={}\n", join(&|_| "1".to_owned(), nodes, " ")),
        &format!("left_child={}\n", join(&|i| (2 * i + 1).to_string(), nodes, " ").replace("39999", "-1")),
        &format!("right_child={}\n", join(&|i| (2 * i + 2).to_string(), nodes, " ")),
        &format!("leaf_value={}\n", join(&|_| "0.5".to_owned(), nodes + 1, " ")),
        &format!("leaf_count={}\n", join(&|_| "1".to_owned(), nodes + 1, " ")),
        &format!("internal_count={}\n", join(&|_| "2".to_owned(), nodes, " ")),
        "cat_boundaries=0 2000\n",
        &format!("cat_threshold={}\n", join(&|_| "4294967295".to_owned(), 2000, " ")),
        "is_linear=0\nshrinkage=1\n\n\nend of trees\n",
    ]
    .concat();
    // Balanced: inner nodes 0..n, then the leaves, by number.
    let child = |c: usize| if c < nodes { c.to_string() } else { format!("-{}", c - nodes + 1) };
    let children = |k: usize| join(&|i| child(2 * i + k), nodes, " ");
    let swap = |text: &str, key: &str, value: &str| crate::text::line(text, key, 0, value);
    let lightgbm = swap(&lightgbm, "left_child", &children(1));
    let lightgbm = swap(&lightgbm, "right_child", &children(2));
    harmless("LightGBM's nodes share a list", lightgbm.as_bytes());

    let all = 2 * nodes + 1;
    let of = |inner: &dyn Fn(usize) -> String, leaf: &str| {
        format!("[{}]", join(&|i| if i < nodes { inner(i) } else { leaf.to_owned() }, all, ","))
    };
    let (_, seed) =
        corpus("xgboost_json", true).into_iter().find(|(n, _)| n.ends_with("seed_codes")).unwrap();
    let mut xgboost: serde_json::Value = serde_json::from_slice(&seed).unwrap();
    let tree = &mut xgboost["learner"]["gradient_booster"]["model"]["trees"][0];
    let list = |text: String| serde_json::from_str::<serde_json::Value>(&text).unwrap();
    tree["left_children"] = list(of(&|i| (2 * i + 1).to_string(), "-1"));
    tree["right_children"] = list(of(&|i| (2 * i + 2).to_string(), "-1"));
    let zeros = list(of(&|_| "0".to_owned(), "0"));
    for name in [
        "split_conditions",
        "default_left",
        "sum_hessian",
        "base_weights",
        "loss_changes",
        "parents",
    ] {
        tree[name] = zeros.clone();
    }
    tree["split_indices"] = list(of(&|_| "1".to_owned(), "0"));
    tree["split_type"] = list(of(&|_| "1".to_owned(), "0"));
    tree["tree_param"]["num_nodes"] = all.to_string().into();
    let every = |f: &dyn Fn(usize) -> String| list(format!("[{}]", join(f, nodes, ",")));
    tree["categories_nodes"] = every(&|i| i.to_string());
    tree["categories_segments"] = every(&|_| "0".to_owned());
    tree["categories_sizes"] = every(&|_| "60000".to_owned());
    tree["categories"] = list(format!("[{}]", join(&|i| i.to_string(), 60_000, ",")));
    harmless("XGBoost's nodes share a list", xgboost.to_string().as_bytes());
    harmless("XGBoost's nodes share a list in UBJSON", &crate::binary::ubjson(&xgboost));
}

#[test]
fn expressions_of_expressions() {
    let _alone = alone();
    let derived = |name: &str, content: &str| {
        format!(
            "<DerivedField name=\"{name}\" optype=\"continuous\" dataType=\"double\">{content}</DerivedField>"
        )
    };
    let twice = |of: &str| format!("<Apply function=\"+\">{of}{of}</Apply>");
    let reference = |i: usize| {
        if i == 0 {
            "<FieldRef field=\"x\"/>".to_owned()
        } else {
            format!("<FieldRef field=\"d{i}\"/>")
        }
    };
    let fields: String =
        (0..60).map(|i| derived(&format!("d{}", i + 1), &twice(&reference(i)))).collect();
    let function = |i: usize| {
        let of = if i == 0 {
            "<FieldRef field=\"a\"/>".to_owned()
        } else {
            format!("<Apply function=\"f{i}\"><FieldRef field=\"a\"/></Apply>")
        };
        format!(
            "<DefineFunction name=\"f{}\" optype=\"continuous\" dataType=\"double\"><ParameterField name=\"a\" optype=\"continuous\" dataType=\"double\"/>{}</DefineFunction>",
            i + 1,
            twice(&of)
        )
    };
    let functions: String = (0..60).map(function).collect();
    let table = |name: &str| {
        format!(
            "<RegressionModel functionName=\"regression\">SCHEMA<RegressionTable intercept=\"1\"><NumericPredictor name=\"{name}\" coefficient=\"1\"/></RegressionTable></RegressionModel>"
        )
    };
    let files = [
        (
            "fields doubled",
            format!(
                "<TransformationDictionary>{fields}</TransformationDictionary>{}",
                table("d60")
            ),
        ),
        (
            "functions doubled",
            format!(
                "<TransformationDictionary>{functions}{}</TransformationDictionary>{}",
                derived("g", "<Apply function=\"f60\"><FieldRef field=\"x\"/></Apply>"),
                table("g")
            ),
        ),
        (
            "a field of itself",
            format!(
                "<TransformationDictionary>{}</TransformationDictionary>{}",
                derived("g", "<FieldRef field=\"g\"/>"),
                table("g")
            ),
        ),
        (
            "fields in a circle",
            format!(
                "<TransformationDictionary>{}{}</TransformationDictionary>{}",
                derived("g", "<FieldRef field=\"h\"/>"),
                derived("h", "<FieldRef field=\"g\"/>"),
                table("g")
            ),
        ),
        (
            "a function of itself",
            format!(
                "<TransformationDictionary>{}{}</TransformationDictionary>{}",
                function(0).replace(
                    "<FieldRef field=\"a\"/>",
                    "<Apply function=\"f1\"><FieldRef field=\"a\"/></Apply>"
                ),
                derived("g", "<Apply function=\"f1\"><FieldRef field=\"x\"/></Apply>"),
                table("g")
            ),
        ),
    ];
    for (name, content) in files {
        harmless(name, pmml(&content).as_bytes());
    }
}

/// A PMML file on 30 fields x, x1, …, with a model in it; SCHEMA stands for its mining schema.
fn pmml(content: &str) -> String {
    let namespace = ["http", "://www.dmg.org/PMML-4_4"].concat();
    let names: Vec<String> =
        (0..30).map(|i| if i == 0 { "x".to_owned() } else { format!("x{i}") }).collect();
    let data: String = names
        .iter()
        .map(|n| format!("<DataField name=\"{n}\" optype=\"continuous\" dataType=\"double\"/>"))
        .collect();
    let mining: String = names.iter().map(|n| format!("<MiningField name=\"{n}\"/>")).collect();
    let schema = format!(
        "<MiningSchema><MiningField name=\"y\" usageType=\"target\"/>{mining}</MiningSchema>"
    );
    format!(
        "<PMML xmlns=\"{namespace}\" version=\"4.4\"><Header/><DataDictionary><DataField name=\"y\" optype=\"continuous\" dataType=\"double\"/>{data}</DataDictionary>{}</PMML>",
        content.replace("SCHEMA", &schema)
    )
}

/// Conditions of which each doubles the ways through those that follow.
#[test]
fn conditions_whose_ways_multiply() {
    let _alone = alone();
    let test = |i: usize, at: usize| {
        let name = if i == 0 { "x".to_owned() } else { format!("x{i}") };
        format!("<SimplePredicate field=\"{name}\" operator=\"lessThan\" value=\"{at}\"/>")
    };
    let compound = |operator: &str, of: &str| {
        format!("<CompoundPredicate booleanOperator=\"{operator}\">{of}</CompoundPredicate>")
    };
    let ways = |outer: &str, inner: &str| {
        let parts: String =
            (0..15).map(|i| compound(inner, &(test(2 * i, 1) + &test(2 * i + 1, 2)))).collect();
        compound(outer, &parts)
    };
    let tree = |nodes: &str, strategy: &str| {
        format!(
            "<TreeModel functionName=\"regression\" missingValueStrategy=\"{strategy}\">SCHEMA<Node score=\"0\" id=\"r\"><True/>{nodes}</Node></TreeModel>"
        )
    };
    for strategy in ["none", "nullPrediction"] {
        for (outer, inner) in [
            ("and", "or"),
            ("or", "and"),
            ("xor", "xor"),
            ("xor", "or"),
            ("surrogate", "and"),
            ("and", "surrogate"),
        ] {
            let one = format!(
                "<Node score=\"1\">{}</Node><Node score=\"2\"><True/></Node>",
                ways(outer, inner)
            );
            harmless(
                &format!("{outer} of {inner}, {strategy}"),
                pmml(&tree(&one, strategy)).as_bytes(),
            );
            let many: String = (0..300)
                .map(|i| {
                    let both = compound(inner, &(test(i % 30, i) + &test((i + 1) % 30, i + 1)));
                    format!("<Node score=\"{i}\">{both}</Node>")
                })
                .collect();
            harmless(
                &format!("300 children of {inner}, {strategy}"),
                pmml(&tree(&many, strategy)).as_bytes(),
            );
        }
    }
    let attribute = |i: usize| {
        format!(
            "<Attribute partialScore=\"{i}\">{}</Attribute>",
            compound("or", &(test(i % 30, i) + &test((i + 1) % 30, i + 1)))
        )
    };
    let attributes: String = (0..300).map(attribute).collect();
    let scorecard = format!(
        "<Scorecard functionName=\"regression\" useReasonCodes=\"false\" initialScore=\"0\">SCHEMA<Characteristics><Characteristic name=\"c\">{attributes}<Attribute partialScore=\"0\"><True/></Attribute></Characteristic></Characteristics></Scorecard>"
    );
    harmless("a characteristic of 300 compound attributes", pmml(&scorecard).as_bytes());
    // Segments that are only taken under conditions, a sum of products.
    let leaf = |score: usize| {
        format!(
            "<TreeModel functionName=\"regression\">SCHEMA<Node score=\"{score}\"><True/></Node></TreeModel>"
        )
    };
    for method in [
        "sum",
        "average",
        "weightedAverage",
        "median",
        "max",
        "selectFirst",
        "selectAll",
        "modelChain",
        "majorityVote",
    ] {
        let segments: String = (0..60)
            .map(|i| {
                format!("<Segment id=\"{i}\" weight=\"1\">{}{}</Segment>", test(i % 30, i), leaf(i))
            })
            .collect();
        let model = format!(
            "<MiningModel functionName=\"regression\">SCHEMA<Segmentation multipleModelMethod=\"{method}\">{segments}</Segmentation></MiningModel>"
        );
        harmless(&format!("60 segments under conditions, {method}"), pmml(&model).as_bytes());
    }
}

#[test]
fn columns_doubled_again_and_again() {
    let _alone = alone();
    use Attribute::{Floats, Int, Ints};
    for (operator, domain, attributes) in [
        ("Concat", "", vec![("axis", Int(1))]),
        ("Add", "", vec![]),
        ("Mul", "", vec![]),
        ("FeatureVectorizer", "ai.onnx.ml", vec![("inputdimensions", Ints(&[1, 1]))]),
    ] {
        let mut nodes: Vec<u8> = vec![];
        let mut last = "X".to_owned();
        for i in 0..60 {
            let next = format!("t{i}");
            let inputs = [last.as_str(), last.as_str()];
            nodes.extend(field(
                1,
                &crate::binary::node(operator, domain, &inputs, &next, &attributes),
            ));
            last = next;
        }
        let weights =
            [("coefficients", Floats(&[1.0])), ("intercepts", Floats(&[0.5])), ("targets", Int(1))];
        nodes.extend(field(
            1,
            &crate::binary::node("LinearRegressor", "ai.onnx.ml", &[&last], "Y", &weights),
        ));
        harmless(&format!("{operator} 60 times"), &onnx_graph(&nodes, 1));
    }
    // A matrix of 10^12 products of constants.
    let matrix = |name: &[u8], dims: [i64; 2]| {
        let dims: Vec<u8> = dims.iter().flat_map(|dim| number(1, *dim)).collect();
        field(5, &[dims, number(2, 1), field(8, name), field(9, &[0; 4_000_000])].concat())
    };
    let node = crate::binary::node("MatMul", "", &["A", "B"], "C", &[]);
    let add = crate::binary::node("Add", "", &["X", "C"], "Y", &[]);
    let (a, b) = (matrix(b"A", [1_000_000, 1]), matrix(b"B", [1, 1_000_000]));
    let graph = [field(1, &node), field(1, &add), a, b].concat();
    harmless("a product of constants", &onnx_graph(&graph, 1));
    // A constant of a shape that nothing backs.
    let dims: Vec<u8> = (0..2).flat_map(|_| number(1, 1_000_000_000)).collect();
    let tensor = [dims, number(2, 1), field(8, b"W")].concat();
    let nodes =
        [field(1, &crate::binary::node("Mul", "", &["X", "W"], "Y", &[])), field(5, &tensor)]
            .concat();
    harmless("a constant of 10^18 numbers", &onnx_graph(&nodes, 1));
}
