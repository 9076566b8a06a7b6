//! Mean and spread of numbers that come one by one or in parts.

/// Number, mean and sum of squared distances from the mean, updated as by Welford (1962) and joined as by Chan, Golub and
/// LeVeque (1979): no cancellation, whatever the size of the mean.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Moments {
    /// How many numbers.
    pub count: usize,
    /// Their mean; 0 of none.
    pub mean: f64,
    squares: f64,
}

/// Half the width of an interval of 95 % in standard errors: the 97.5th percentile of the normal distribution.
const NORMAL: f64 = 1.959_963_984_540_054;

impl Moments {
    /// Takes a number in.
    pub fn add(&mut self, x: f64) {
        self.count += 1;
        let before = x - self.mean;
        self.mean += before / self.count as f64;
        self.squares += before * (x - self.mean);
    }

    /// Takes the numbers of another part in.
    pub fn join(&mut self, other: &Moments) {
        if other.count == 0 {
            return;
        }
        if self.count == 0 {
            *self = *other;
            return;
        }
        let (a, b) = (self.count as f64, other.count as f64);
        let apart = other.mean - self.mean;
        self.count += other.count;
        self.mean += apart * b / (a + b);
        self.squares += other.squares + apart * apart * a * b / (a + b);
    }

    /// Standard deviation with n − 1; none of fewer than two numbers.
    pub fn deviation(&self) -> Option<f64> {
        (self.count > 1).then(|| (self.squares / (self.count - 1) as f64).sqrt())
    }

    /// Standard error of the mean: deviation / √n.
    pub fn standard_error(&self) -> Option<f64> {
        Some(self.deviation()? / (self.count as f64).sqrt())
    }

    /// Interval of 95 % of the mean, by the normal approximation: mean ± 1.96 standard errors.
    pub fn interval(&self) -> Option<(f64, f64)> {
        let half = NORMAL * self.standard_error()?;
        Some((self.mean - half, self.mean + half))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_and_the_whole_have_the_same_moments() {
        let numbers: Vec<f64> = (0..97).map(|i| 1e8 + f64::from(i * i % 31)).collect();
        let mut whole = Moments::default();
        numbers.iter().for_each(|x| whole.add(*x));
        let mean = numbers.iter().map(|x| x - 1e8).sum::<f64>() / 97.0;
        let squares: f64 = numbers.iter().map(|x| (x - 1e8 - mean).powi(2)).sum();
        assert!((whole.mean - 1e8 - mean).abs() < 1e-7);
        assert!((whole.deviation().unwrap() / (squares / 96.0).sqrt() - 1.0).abs() < 1e-9);
        let mut joined = Moments::default();
        for part in numbers.chunks(13) {
            let mut moments = Moments::default();
            part.iter().for_each(|x| moments.add(*x));
            joined.join(&moments);
        }
        joined.join(&Moments::default());
        assert_eq!(joined.count, 97);
        assert!((joined.mean - whole.mean).abs() < 1e-7);
        assert!((joined.deviation().unwrap() / whole.deviation().unwrap() - 1.0).abs() < 1e-9);
    }

    #[test]
    fn an_interval_needs_two_numbers() {
        let mut moments = Moments::default();
        moments.add(3.0);
        assert_eq!((moments.mean, moments.standard_error(), moments.interval()), (3.0, None, None));
        moments.add(5.0);
        // Deviation √2, standard error 1.
        let (low, high) = moments.interval().unwrap();
        assert!((moments.standard_error().unwrap() - 1.0).abs() < 1e-15);
        assert!((low - (4.0 - NORMAL)).abs() < 1e-15 && (high - (4.0 + NORMAL)).abs() < 1e-15);
    }
}
