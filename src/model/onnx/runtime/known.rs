//! The operators that the runtime evaluates, and what of them it reads.
//!
//! The table was made by reading the runtime's source (tract 0.22.5) for the attributes that it reads, and by comparing
//! each operator with onnxruntime (`tests/formats/onnx_runtime.rs`). Whatever does not stand here is refused by name;
//! among it what tract has, but gives other numbers for than onnxruntime: Celu, unless its alpha is 1.

use super::super::attributes::{Attributes, Trouble};
use super::super::message;
use super::super::trace::Given;

/// Largest number of an attribute, and largest product of a list: a kernel of 10^9 places must not be laid out.
const LARGEST: u64 = 1_000_000;

/// An operator.
#[derive(Debug)]
pub(in super::super) struct Operator {
    name: &'static str,
    /// Most inputs and outputs.
    inputs: usize,
    outputs: usize,
    /// Inputs that say how to compute, not what with: they must be constant.
    constant: &'static [usize],
    attributes: &'static [(&'static str, Reads)],
}

/// What the runtime reads of an attribute.
#[derive(Clone, Copy, Debug)]
enum Reads {
    /// All of it.
    Any,
    /// Nothing: it computes as if it were this number, or this number again and again.
    As(i64),
    /// These words.
    Words(&'static [&'static str]),
    /// Nothing: it computes as if it were these words, once a direction.
    Each(&'static [&'static str]),
}

use Reads::{Any, As, Each, Words};

const AUTO_PAD: (&str, Reads) =
    ("auto_pad", Words(&["NOTSET", "VALID", "SAME_UPPER", "SAME_LOWER"]));
const DIRECTION: (&str, Reads) = ("direction", Words(&["forward", "bidirectional"]));
const REDUCTION: (&str, Reads) = ("reduction", Words(&["none"]));

/// One number after the other from one tensor.
const fn each(name: &'static str, attributes: &'static [(&'static str, Reads)]) -> Operator {
    Operator { name, inputs: 1, outputs: 1, constant: &[], attributes }
}

static OPERATORS: &[Operator] = &[
    each("Acos", &[]),
    each("Acosh", &[]),
    each("Asin", &[]),
    each("Asinh", &[]),
    each("Atan", &[]),
    each("Atanh", &[]),
    each(
        "AveragePool",
        &[
            AUTO_PAD,
            ("ceil_mode", As(0)),
            ("count_include_pad", Any),
            ("dilations", As(1)),
            ("kernel_shape", Any),
            ("pads", Any),
            ("strides", Any),
        ],
    ),
    Operator {
        name: "Conv",
        inputs: 3,
        outputs: 1,
        constant: &[],
        attributes: &[
            AUTO_PAD,
            ("dilations", Any),
            ("group", Any),
            ("kernel_shape", Any),
            ("pads", Any),
            ("strides", Any),
        ],
    },
    each("Cos", &[]),
    each("Cosh", &[]),
    Operator {
        name: "CumSum",
        inputs: 2,
        outputs: 1,
        constant: &[1],
        attributes: &[("exclusive", Any), ("reverse", Any)],
    },
    each("DepthToSpace", &[("blocksize", Any), ("mode", Words(&["DCR", "CRD"]))]),
    Operator {
        name: "GRU",
        inputs: 6,
        outputs: 2,
        constant: &[4],
        attributes: &[
            ("activations", Each(&["Sigmoid", "Tanh"])),
            DIRECTION,
            ("hidden_size", Any),
            ("layout", As(0)),
            ("linear_before_reset", Any),
        ],
    },
    Operator {
        name: "GatherElements",
        inputs: 2,
        outputs: 1,
        constant: &[],
        attributes: &[("axis", Any)],
    },
    Operator {
        name: "GatherND",
        inputs: 2,
        outputs: 1,
        constant: &[],
        attributes: &[("batch_dims", Any)],
    },
    each("GlobalAveragePool", &[]),
    each("GlobalMaxPool", &[]),
    each("HardSigmoid", &[("alpha", Any), ("beta", Any)]),
    each("HardSwish", &[]),
    each("Hardmax", &[("axis", Any)]),
    Operator {
        name: "InstanceNormalization",
        inputs: 3,
        outputs: 1,
        constant: &[],
        attributes: &[("epsilon", Any)],
    },
    each("LRN", &[("alpha", Any), ("beta", Any), ("bias", Any), ("size", Any)]),
    Operator {
        name: "LSTM",
        inputs: 7,
        outputs: 3,
        constant: &[4],
        attributes: &[
            ("activations", Each(&["Sigmoid", "Tanh", "Tanh"])),
            DIRECTION,
            ("hidden_size", Any),
            ("input_forget", As(0)),
            ("layout", As(0)),
        ],
    },
    Operator {
        name: "LayerNormalization",
        inputs: 3,
        outputs: 1,
        constant: &[],
        attributes: &[("axis", Any), ("epsilon", Any), ("stash_type", As(1))],
    },
    each(
        "MaxPool",
        &[
            AUTO_PAD,
            ("ceil_mode", As(0)),
            ("dilations", As(1)),
            ("kernel_shape", Any),
            ("pads", Any),
            ("storage_order", As(0)),
            ("strides", Any),
        ],
    ),
    Operator {
        name: "OneHot",
        inputs: 3,
        outputs: 1,
        constant: &[1, 2],
        attributes: &[("axis", Any)],
    },
    Operator {
        name: "Pad",
        inputs: 3,
        outputs: 1,
        constant: &[1, 2],
        attributes: &[
            ("mode", Words(&["constant", "edge", "reflect"])),
            ("pads", Any),
            ("value", Any),
        ],
    },
    Operator {
        name: "RNN",
        inputs: 6,
        outputs: 2,
        constant: &[4],
        attributes: &[
            ("activations", Each(&["Tanh"])),
            DIRECTION,
            ("hidden_size", Any),
            ("layout", As(0)),
        ],
    },
    Operator {
        name: "ReduceLogSum",
        inputs: 2,
        outputs: 1,
        constant: &[1],
        attributes: &[("axes", Any), ("keepdims", Any), ("noop_with_empty_axes", As(0))],
    },
    Operator {
        name: "ScatterElements",
        inputs: 3,
        outputs: 1,
        constant: &[],
        attributes: &[("axis", Any), REDUCTION],
    },
    Operator { name: "ScatterND", inputs: 3, outputs: 1, constant: &[], attributes: &[REDUCTION] },
    each("Selu", &[("alpha", Any), ("gamma", Any)]),
    each("Shrink", &[("bias", Any), ("lambd", Any)]),
    each("Sin", &[]),
    each("Sinh", &[]),
    each("Softsign", &[]),
    each("SpaceToDepth", &[("blocksize", Any)]),
    each("Tan", &[]),
    each("ThresholdedRelu", &[("alpha", Any)]),
    Operator {
        name: "Trilu",
        inputs: 2,
        outputs: 1,
        constant: &[1],
        attributes: &[("upper", Any)],
    },
];

/// The operator of that name in ONNX's own domain.
pub(in super::super) fn operator(name: &str) -> Option<&'static Operator> {
    OPERATORS.iter().find(|operator| operator.name == name)
}

impl Operator {
    /// What an attribute is that the file leaves out, where the runtime takes another number (of Selu it has six digits).
    #[cfg(feature = "onnx-runtime")]
    pub fn defaults(&self) -> &'static [(&'static str, f32)] {
        match self.name {
            "Selu" => &[("alpha", 1.673_263_2), ("gamma", 1.050_701)],
            _ => &[],
        }
    }

    /// Whether the runtime makes a number of a missing one, other than onnxruntime does: it is not asked then.
    #[cfg(feature = "onnx-runtime")]
    pub fn invents(&self) -> bool {
        let names = ["GRU", "GlobalMaxPool", "HardSigmoid", "Hardmax", "LSTM", "MaxPool", "RNN"];
        names.contains(&self.name)
    }

    /// Whether an input is one number, which some files write as a list of one.
    #[cfg(feature = "onnx-runtime")]
    pub fn is_scalar(&self, at: usize) -> bool {
        matches!((self.name, at), ("CumSum" | "OneHot" | "Trilu", 1) | ("Pad", 2))
    }

    /// Refuses by name what the runtime does not read, and what could fill the memory.
    pub fn check(&self, given: &Given) -> Result<(), Trouble> {
        let from = given.from;
        let names: Vec<&str> = self.attributes.iter().map(|(name, _)| *name).collect();
        from.only(&names)?;
        if given.inputs.len() > self.inputs || from.node.outputs.len() > self.outputs {
            return Err(from.unsupported("inputs or outputs of later versions"));
        }
        for (name, reads) in self.attributes {
            reads.check(name, from)?;
        }
        let constant =
            |at: &usize| given.optional(*at).is_none_or(|value| value.constants().is_some());
        if let Some(at) = self.constant.iter().find(|at| !constant(at)) {
            return Err(from.unsupported(format!("an input {at} that is no constant")));
        }
        if from.has("direction") || from.has("hidden_size") {
            let both = from.word("direction", "forward")? == "bidirectional";
            let hidden = from.int("hidden_size", 0)?;
            let is = given.input(2)?.dims.iter().map(|dim| *dim as i64).collect::<Vec<_>>();
            let fits = matches!(is.as_slice(), [directions, _, size] if *directions == 1 + i64::from(both) && (*size == hidden || hidden == 0));
            if !fits {
                return Err(
                    from.contradiction(format!("weights of the shape {is:?}"), "one a direction")
                );
            }
        }
        Ok(())
    }
}

impl Reads {
    fn check(self, name: &str, from: &Attributes) -> Result<(), Trouble> {
        let Some(attribute) = from.node.attribute(name) else { return Ok(()) };
        let numbers = match attribute.kind {
            message::INT => vec![from.int(name, 0)?],
            message::INTS => from.ints(name)?,
            _ => Vec::new(),
        };
        let product = numbers.iter().fold(1u64, |n, x| n.saturating_mul(x.unsigned_abs().max(1)));
        if product > LARGEST || numbers.len() > 16 {
            return Err(from.unsupported(format!("numbers of such a size in `{name}`")));
        }
        let fits = match self {
            Any => true,
            As(number) => !numbers.is_empty() && numbers.iter().all(|x| *x == number),
            Words(words) => words.contains(&from.word(name, "")?.as_str()),
            Each(words) => {
                let found = from.texts(name)?;
                found.chunks(words.len()).all(|found| found == words)
            }
        };
        if fits { Ok(()) } else { Err(from.unsupported(format!("this value of `{name}`"))) }
    }
}

#[cfg(test)]
mod tests {
    use super::OPERATORS;

    #[test]
    fn operators_stand_in_order_and_once() {
        let names: Vec<&str> = OPERATORS.iter().map(|operator| operator.name).collect();
        assert!(names.windows(2).all(|pair| pair[0] < pair[1]), "{names:?}");
    }
}
