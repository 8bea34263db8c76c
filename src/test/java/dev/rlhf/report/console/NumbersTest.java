package dev.rlhf.report.console;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class NumbersTest {
    @Test
    void numbersHaveAboutFourSignificantDigits() {
        assertThat(Numbers.number(0)).isEqualTo("0");
        assertThat(Numbers.number(0.012345)).isEqualTo("0.0123");
        assertThat(Numbers.number(0.5)).isEqualTo("0.5000");
        assertThat(Numbers.number(1.23456)).isEqualTo("1.235");
        assertThat(Numbers.number(-56.789)).isEqualTo("-56.79");
        assertThat(Numbers.number(12345.678)).isEqualTo("12,346");
        assertThat(Numbers.number(12345678)).isEqualTo("12,345,678");
        assertThat(Numbers.number(3e-5)).isEqualTo("3e-5");
        assertThat(Numbers.number(1.256e-7)).isEqualTo("1.26e-7");
        assertThat(Numbers.number(2.5e13)).isEqualTo("2.5e13");
    }

    @Test
    void missingValuesAreDashes() {
        assertThat(Numbers.number(Double.NaN)).isEqualTo("–");
        assertThat(Numbers.percent(Double.NaN)).isEqualTo("–");
        assertThat(Numbers.duration(Double.POSITIVE_INFINITY)).isEqualTo("–");
        assertThat(Numbers.number(Double.NEGATIVE_INFINITY)).isEqualTo("-∞");
    }

    @Test
    void compactNumbersFitAnAxis() {
        assertThat(Numbers.compact(0)).isEqualTo("0");
        assertThat(Numbers.compact(0.25)).isEqualTo("0.25");
        assertThat(Numbers.compact(950)).isEqualTo("950");
        assertThat(Numbers.compact(4700)).isEqualTo("4.7k");
        assertThat(Numbers.compact(12_000_000)).isEqualTo("12M");
        assertThat(Numbers.compact(-1500)).isEqualTo("-1.5k");
        assertThat(Numbers.compact(3e-5)).isEqualTo("3e-5");
    }

    @Test
    void durationsAndBytesUseTheirUnits() {
        assertThat(Numbers.duration(0.42)).isEqualTo("0.42 s");
        assertThat(Numbers.duration(42.14)).isEqualTo("42.1 s");
        assertThat(Numbers.duration(59.6)).isEqualTo("1m 00s");
        assertThat(Numbers.duration(192)).isEqualTo("3m 12s");
        assertThat(Numbers.duration(3840)).isEqualTo("1h 04m");
        assertThat(Numbers.duration(2 * 86_400 + 3 * 3600)).isEqualTo("2d 03h");
        assertThat(Numbers.bytes(512)).isEqualTo("512 B");
        assertThat(Numbers.bytes(1.5 * 1024 * 1024 * 1024)).isEqualTo("1.5 GiB");
        assertThat(Numbers.percent(0.9812)).isEqualTo("98.1 %");
    }

    @Test
    void aLongTextIsCutBetweenCharactersAndStaysOnOneLine() {
        assertThat(Numbers.oneLine(" a\nb\r\nc ", 10)).isEqualTo("a⏎b⏎c");
        assertThat(Numbers.oneLine("😀😀😀😀", 3)).isEqualTo("😀😀…");
        assertThat(Numbers.oneLine("abc", 3)).isEqualTo("abc");
    }
}
