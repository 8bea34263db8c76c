package dev.rlhf.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FiguresTest {
    @Test
    void numbersHaveAboutFourSignificantDigits() {
        assertThat(Figures.number(0)).isEqualTo("0");
        assertThat(Figures.number(0.012345)).isEqualTo("0.0123");
        assertThat(Figures.number(0.5)).isEqualTo("0.5000");
        assertThat(Figures.number(1.23456)).isEqualTo("1.235");
        assertThat(Figures.number(-56.789)).isEqualTo("-56.79");
        assertThat(Figures.number(12345.678)).isEqualTo("12,346");
        assertThat(Figures.number(12345678)).isEqualTo("12,345,678");
        assertThat(Figures.number(3e-5)).isEqualTo("3e-5");
        assertThat(Figures.number(1.256e-7)).isEqualTo("1.26e-7");
        assertThat(Figures.number(2.5e13)).isEqualTo("2.5e13");
    }

    @Test
    void whatWasNotMeasuredIsADash() {
        assertThat(Figures.number(Double.NaN)).isEqualTo("–");
        assertThat(Figures.percent(Double.NaN)).isEqualTo("–");
        assertThat(Figures.duration(Double.POSITIVE_INFINITY)).isEqualTo("–");
        assertThat(Figures.number(Double.NEGATIVE_INFINITY)).isEqualTo("-∞");
    }

    @Test
    void compactNumbersFitAnAxis() {
        assertThat(Figures.compact(0)).isEqualTo("0");
        assertThat(Figures.compact(0.25)).isEqualTo("0.25");
        assertThat(Figures.compact(950)).isEqualTo("950");
        assertThat(Figures.compact(4700)).isEqualTo("4.7k");
        assertThat(Figures.compact(12_000_000)).isEqualTo("12M");
        assertThat(Figures.compact(-1500)).isEqualTo("-1.5k");
        assertThat(Figures.compact(3e-5)).isEqualTo("3e-5");
    }

    @Test
    void durationsAndBytesUseTheirUnits() {
        assertThat(Figures.duration(0.42)).isEqualTo("0.42 s");
        assertThat(Figures.duration(42.14)).isEqualTo("42.1 s");
        assertThat(Figures.duration(59.6)).isEqualTo("1m 00s");
        assertThat(Figures.duration(192)).isEqualTo("3m 12s");
        assertThat(Figures.duration(3840)).isEqualTo("1h 04m");
        assertThat(Figures.duration(2 * 86_400 + 3 * 3600)).isEqualTo("2d 03h");
        assertThat(Figures.bytes(512)).isEqualTo("512 B");
        assertThat(Figures.bytes(1.5 * 1024 * 1024 * 1024)).isEqualTo("1.5 GiB");
        assertThat(Figures.percent(0.9812)).isEqualTo("98.1 %");
    }

    @Test
    void aLongTextIsCutBetweenCharactersAndStaysOnOneLine() {
        assertThat(Figures.oneLine(" a\nb\r\nc ", 10)).isEqualTo("a⏎b⏎c");
        assertThat(Figures.oneLine("😀😀😀😀", 3)).isEqualTo("😀😀…");
        assertThat(Figures.oneLine("abc", 3)).isEqualTo("abc");
    }
}
