package dev.rlhf.label.agreement;

/**
 * Pearson's chi-squared test: the probability of a sum of squared deviations at least this large by chance alone.
 */
final class ChiSquare {
    private static final int MOST_TERMS = 10_000;

    private ChiSquare() {}

    /**
     * Returns P(X >= x) for a chi-squared X with {@code degrees} degrees of freedom: the upper regularized incomplete
     * gamma function Q(degrees / 2, x / 2), by its series below the mean and by its continued fraction (modified Lentz)
     * above it, to about 1e-12.
     */
    static double tail(double x, int degrees) {
        double a = degrees / 2.0;
        double half = x / 2;
        if (half <= 0) {
            return 1;
        }
        double scale = Math.exp(a * Math.log(half) - half - logGamma(degrees));
        return half < a + 1 ? 1 - scale * series(a, half) : scale * fraction(a, half);
    }

    private static double series(double a, double x) {
        double term = 1 / a;
        double sum = term;
        for (int n = 1; n < MOST_TERMS && term > sum * 1e-16; n++) {
            term *= x / (a + n);
            sum += term;
        }
        return sum;
    }

    private static double fraction(double a, double x) {
        double b = x + 1 - a;
        double c = 1e300;
        double d = 1 / b;
        double value = d;
        double change = 0;
        for (int n = 1; n < MOST_TERMS && Math.abs(change - 1) > 1e-16; n++) {
            double numerator = -n * (n - a);
            b += 2;
            d = 1 / (numerator * d + b);
            c = b + numerator / c;
            change = c * d;
            value *= change;
        }
        return value;
    }

    /** Returns ln Γ(degrees / 2), by recursion from Γ(1) = 1 or Γ(1/2) = √π. */
    private static double logGamma(int degrees) {
        double log = degrees % 2 == 0 ? 0 : Math.log(Math.PI) / 2;
        for (double a = degrees % 2 == 0 ? 1 : 0.5; a < degrees / 2.0; a++) {
            log += Math.log(a);
        }
        return log;
    }
}
