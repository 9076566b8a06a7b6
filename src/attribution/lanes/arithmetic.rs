//! Vectors whose lanes are rows, in single and double precision, on the instructions that the machine has.
//!
//! Every operation works on each lane alone and is rounded once (multiplication and addition fused, in software where
//! the hardware cannot), so a row's numbers do not depend on how many lanes a vector has: they are the same bits on every
//! machine. The intrinsics, their detection and all unsafe code are the crate pulp's (docs/decisions/0014).

use std::ops::{Deref, DerefMut};

use pulp::bytemuck::Pod;
use pulp::{Arch, Simd, WithSimd};

/// Numbers of a lane.
pub trait Real: Pod + Default + Send + Sync + PartialOrd + std::fmt::Debug {
    /// Whether it is single precision.
    const IS_SINGLE: bool;
    const ONE: Self;
    /// Rounds to nearest.
    fn narrowed(x: f64) -> Self;
    fn widened(self) -> f64;
}

impl Real for f32 {
    const IS_SINGLE: bool = true;
    const ONE: f32 = 1.0;

    #[inline(always)]
    fn narrowed(x: f64) -> Self {
        x as f32
    }

    #[inline(always)]
    fn widened(self) -> f64 {
        f64::from(self)
    }
}

impl Real for f64 {
    const IS_SINGLE: bool = false;
    const ONE: f64 = 1.0;

    #[inline(always)]
    fn narrowed(x: f64) -> Self {
        x
    }

    #[inline(always)]
    fn widened(self) -> f64 {
        self
    }
}

/// Arithmetic on vectors of one precision by one set of instructions: its own proof that the machine has them.
///
/// Whoever calls these methods must be inlined into a [`Work`]; elsewhere they are right, and slow.
pub trait Lane: Copy {
    type Real: Real;
    type Vector: Pod + Send + Sync + std::fmt::Debug;
    /// Lanes of a vector.
    const WIDTH: usize;

    fn splat(self, x: Self::Real) -> Self::Vector;
    fn add(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;
    fn sub(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;
    fn mul(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;
    /// `a · b + c`, rounded once.
    fn mul_add(self, a: Self::Vector, b: Self::Vector, c: Self::Vector) -> Self::Vector;
    /// 1 where `a < b`, else 0.
    fn less(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;
    /// Runs the work in a function that is compiled for these instructions.
    fn vectorize<W: Work<Self>>(self, work: W);
}

/// What is compiled once for each set of instructions; `run` and all it calls with a lane are `#[inline(always)]`.
pub trait Work<L> {
    fn run(self, lane: L);
}

/// Work that brings its own lane.
struct With<L, W>(L, W);

impl<L: Lane, W: Work<L>> WithSimd for With<L, W> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        self.1.run(self.0);
    }
}

/// Lanes of single precision.
#[derive(Clone, Copy)]
pub struct Single<S>(S);

/// Lanes of double precision.
#[derive(Clone, Copy)]
pub struct Double<S>(S);

impl<S: Simd> Lane for Single<S> {
    type Real = f32;
    type Vector = S::f32s;
    const WIDTH: usize = S::F32_LANES;

    #[inline(always)]
    fn splat(self, x: f32) -> S::f32s {
        self.0.splat_f32s(x)
    }

    #[inline(always)]
    fn add(self, a: S::f32s, b: S::f32s) -> S::f32s {
        self.0.add_f32s(a, b)
    }

    #[inline(always)]
    fn sub(self, a: S::f32s, b: S::f32s) -> S::f32s {
        self.0.sub_f32s(a, b)
    }

    #[inline(always)]
    fn mul(self, a: S::f32s, b: S::f32s) -> S::f32s {
        self.0.mul_f32s(a, b)
    }

    #[inline(always)]
    fn mul_add(self, a: S::f32s, b: S::f32s, c: S::f32s) -> S::f32s {
        self.0.mul_add_f32s(a, b, c)
    }

    #[inline(always)]
    fn less(self, a: S::f32s, b: S::f32s) -> S::f32s {
        let (one, zero) = (self.0.splat_f32s(1.0), self.0.splat_f32s(0.0));
        self.0.select_f32s(self.0.less_than_f32s(a, b), one, zero)
    }

    #[inline(always)]
    fn vectorize<W: Work<Self>>(self, work: W) {
        self.0.vectorize(With(self, work));
    }
}

impl<S: Simd> Lane for Double<S> {
    type Real = f64;
    type Vector = S::f64s;
    const WIDTH: usize = S::F64_LANES;

    #[inline(always)]
    fn splat(self, x: f64) -> S::f64s {
        self.0.splat_f64s(x)
    }

    #[inline(always)]
    fn add(self, a: S::f64s, b: S::f64s) -> S::f64s {
        self.0.add_f64s(a, b)
    }

    #[inline(always)]
    fn sub(self, a: S::f64s, b: S::f64s) -> S::f64s {
        self.0.sub_f64s(a, b)
    }

    #[inline(always)]
    fn mul(self, a: S::f64s, b: S::f64s) -> S::f64s {
        self.0.mul_f64s(a, b)
    }

    #[inline(always)]
    fn mul_add(self, a: S::f64s, b: S::f64s, c: S::f64s) -> S::f64s {
        self.0.mul_add_f64s(a, b, c)
    }

    #[inline(always)]
    fn less(self, a: S::f64s, b: S::f64s) -> S::f64s {
        let (one, zero) = (self.0.splat_f64s(1.0), self.0.splat_f64s(0.0));
        self.0.select_f64s(self.0.less_than_f64s(a, b), one, zero)
    }

    #[inline(always)]
    fn vectorize<W: Work<Self>>(self, work: W) {
        self.0.vectorize(With(self, work));
    }
}

/// What begins where a line of the cache begins: vectors of the crate have the alignment of their lanes, and one that
/// lies in two lines costs twice.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
pub struct Aligned<T>(pub T);

impl<T> Deref for Aligned<T> {
    type Target = T;

    #[inline(always)]
    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> DerefMut for Aligned<T> {
    #[inline(always)]
    fn deref_mut(&mut self) -> &mut T {
        &mut self.0
    }
}

/// Numbers for vectors, the first at the beginning of a line of the cache.
#[derive(Debug)]
pub struct Buffer<R> {
    numbers: Vec<R>,
    from: usize,
    count: usize,
}

impl<R: Real> Buffer<R> {
    /// Zeros.
    pub fn zeros(count: usize) -> Self {
        let line = size_of::<Aligned<u8>>() / size_of::<R>();
        let numbers = vec![R::narrowed(0.0); count + line];
        let from = numbers.as_ptr().align_offset(align_of::<Aligned<u8>>());
        let from = if from < line { from } else { 0 };
        Buffer { numbers, from, count }
    }

    pub fn numbers(&self) -> &[R] {
        self.numbers.get(self.from..self.from + self.count).unwrap_or_default()
    }

    pub fn numbers_mut(&mut self) -> &mut [R] {
        self.numbers.get_mut(self.from..self.from + self.count).unwrap_or_default()
    }

    /// The numbers as vectors.
    pub fn vectors<V: Pod>(&self) -> &[V] {
        pulp::bytemuck::cast_slice(self.numbers())
    }

    pub fn vectors_mut<V: Pod>(&mut self) -> &mut [V] {
        pulp::bytemuck::cast_slice_mut(self.numbers_mut())
    }
}

/// A computation for lanes of any width.
pub trait Job<R: Real> {
    type Output;
    fn run<L: Lane<Real = R>>(self, lane: L) -> Self::Output;
}

/// The instructions to compute with. Results are the same bits with each of them.
#[derive(Clone, Copy, Debug)]
pub struct Instructions(Arch);

impl Default for Instructions {
    /// The widest that this machine has.
    fn default() -> Self {
        Instructions(Arch::new())
    }
}

impl Instructions {
    /// All that this machine has, the widest first and the portable last.
    pub fn all() -> Vec<Self> {
        let mut all = vec![];
        #[cfg(target_arch = "x86_64")]
        {
            all.extend(pulp::x86::V4::try_new().map(Arch::V4));
            all.extend(pulp::x86::V3::try_new().map(Arch::V3));
        }
        #[cfg(target_arch = "aarch64")]
        all.extend(pulp::aarch64::Neon::try_new().map(Arch::Neon));
        all.push(Arch::Scalar);
        all.into_iter().map(Instructions).collect()
    }

    /// Their name: `avx-512`, `avx2`, `neon`, `portable`.
    pub fn name(self) -> &'static str {
        match self.0 {
            #[cfg(target_arch = "x86_64")]
            Arch::V4(_) => "avx-512",
            #[cfg(target_arch = "x86_64")]
            Arch::V3(_) => "avx2",
            #[cfg(target_arch = "aarch64")]
            Arch::Neon(_) => "neon",
            _ => "portable",
        }
    }
}

/// Precisions that a job can be run in.
pub trait Precise: Real + Sized {
    fn on<J: Job<Self>>(instructions: Instructions, job: J) -> J::Output;
}

/// A job for lanes of single precision.
struct InSingle<J>(J);

impl<J: Job<f32>> WithSimd for InSingle<J> {
    type Output = J::Output;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> J::Output {
        self.0.run(Single(simd))
    }
}

/// A job for lanes of double precision.
struct InDouble<J>(J);

impl<J: Job<f64>> WithSimd for InDouble<J> {
    type Output = J::Output;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> J::Output {
        self.0.run(Double(simd))
    }
}

impl Precise for f32 {
    fn on<J: Job<f32>>(instructions: Instructions, job: J) -> J::Output {
        instructions.0.dispatch(InSingle(job))
    }
}

impl Precise for f64 {
    fn on<J: Job<f64>>(instructions: Instructions, job: J) -> J::Output {
        instructions.0.dispatch(InDouble(job))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One of each operation on awkward numbers, lane by lane.
    struct Each;

    impl<R: Precise> Job<R> for Each {
        type Output = Vec<u64>;

        fn run<L: Lane<Real = R>>(self, lane: L) -> Vec<u64> {
            let numbers = [0.1, -3.0, 1e-40, 1e30, f64::NAN, f64::INFINITY, -0.0, 1.0 / 3.0];
            let mut bits = vec![];
            for (i, a) in numbers.into_iter().enumerate() {
                let b = numbers[(i * 3 + 1) % numbers.len()];
                let (a, b) = (lane.splat(R::narrowed(a)), lane.splat(R::narrowed(b)));
                let sum = lane.add(a, b);
                let fused = lane.mul_add(a, b, lane.sub(a, sum));
                for v in [sum, fused, lane.mul(a, fused), lane.less(a, b)] {
                    let lanes: &[R] = pulp::bytemuck::cast_slice(std::slice::from_ref(&v));
                    assert_eq!(lanes.len(), L::WIDTH);
                    let first = lanes[0].widened();
                    // Which NaN comes out is the hardware's own.
                    bits.push(if first.is_nan() { 0 } else { first.to_bits() });
                }
            }
            bits
        }
    }

    #[test]
    fn every_operation_has_the_same_bits_on_all_instructions() {
        let on = |at: Instructions| (f32::on(at, Each), f64::on(at, Each));
        let portable = on(Instructions(Arch::Scalar));
        for at in Instructions::all() {
            assert_eq!(on(at), portable, "{}", at.name());
        }
    }
}
