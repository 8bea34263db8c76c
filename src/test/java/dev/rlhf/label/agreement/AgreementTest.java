package dev.rlhf.label.agreement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.rlhf.base.Interval;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Compares with published tables, and with scipy 1.x, statsmodels and the krippendorff package on ranks drawn with
 * noise.
 */
class AgreementTest {
    private static final List<Item> DRAWN = List.of(
            new Item("0", Map.of("l2", List.of(1, 1), "l4", List.of(1, 2), "l1", List.of(2, 1))),
            new Item("1", Map.of("l3", List.of(1, 3, 1), "l4", List.of(1, 3, 2), "l0", List.of(1, 2, 3))),
            new Item("2", Map.of("l3", List.of(3, 2, 1, 3), "l2", List.of(3, 1, 1, 4))),
            new Item(
                    "3",
                    Map.of(
                            "l1",
                            List.of(3, 3, 1, 2),
                            "l3",
                            List.of(4, 3, 2, 1),
                            "l4",
                            List.of(4, 3, 2, 1),
                            "l2",
                            List.of(4, 1, 1, 1))),
            new Item(
                    "4",
                    Map.of("l4", List.of(4, 1, 5, 3, 1), "l3", List.of(3, 2, 3, 3, 1), "l2", List.of(5, 1, 4, 1, 1))),
            new Item(
                    "5",
                    Map.of(
                            "l2",
                            List.of(7, 7, 3, 6, 1, 3, 2, 5, 9),
                            "l1",
                            List.of(9, 7, 5, 5, 2, 2, 4, 1, 7),
                            "l3",
                            List.of(8, 9, 6, 4, 2, 1, 3, 4, 6))));

    @Test
    void alphaEqualsKrippendorffsTableWithMissingData() {
        int[][] table = {
            {1, 2, 3, 3, 2, 1, 4, 1, 2, 0, 0, 0},
            {1, 2, 3, 3, 2, 2, 4, 1, 2, 5, 0, 3},
            {0, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, 0},
            {1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, 0},
        };
        List<List<Integer>> units = new ArrayList<>();
        for (int unit = 0; unit < 12; unit++) {
            int column = unit;
            units.add(Arrays.stream(table)
                    .map(observer -> observer[column])
                    .filter(value -> value != 0)
                    .toList());
        }
        Map<Integer, Integer> places = Map.of(1, 0, 2, 1, 3, 2, 4, 3, 5, 4);
        assertThat(KrippendorffAlpha.of(KrippendorffAlpha.coincidences(units, places)))
                .isCloseTo(0.8153875037548814, within(1e-12));
    }

    @Test
    void alphaOfRanksEqualsTheReference() {
        assertThat(AgreementReport.of(DRAWN, 7).alpha().value()).isCloseTo(0.7177527955610212, within(1e-12));
    }

    @ParameterizedTest
    @CsvSource({
        "1 2 3 4, 1 2 4 3, 0.6666666666666669",
        "1 2 2 4, 1 1 3 4, 0.7999999999999999",
        "1 1 1 4, 4 3 2 1, -0.7071067811865477",
        "1 2 3 4 5 6 7 8 9, 3 1 2 5 4 9 6 7 7, 0.6479515952918627",
    })
    void tauBEqualsScipys(String first, String second, double expected) {
        assertThat(Kendall.tauB(numbers(first), numbers(second)).orElseThrow()).isCloseTo(expected, within(1e-12));
    }

    @Test
    void tauBOfAnAllTiedRankingIsEmpty() {
        assertThat(Kendall.tauB(List.of(1, 1, 1), List.of(1, 2, 3))).isEmpty();
        assertThat(AgreementReport.of(DRAWN, 7).tauB().value()).isCloseTo(0.5161935872063477, within(1e-12));
    }

    @Test
    void wIsOneIfAllAgreeAndEqualsTheReferenceElsewhere() {
        Item agreed = new Item("a", Map.of("x", List.of(2, 1, 3), "y", List.of(2, 1, 3)));
        assertThat(Kendall.w(agreed).orElseThrow()).isCloseTo(1, within(1e-12));
        double[] expected = {
            0, 0.6363636363636364, 0.9444444444444444, 0.8214285714285714, 0.8431372549019608, 0.8441926345609065
        };
        for (int i = 0; i < expected.length; i++) {
            assertThat(Kendall.w(DRAWN.get(i)).orElseThrow()).isCloseTo(expected[i], within(1e-12));
        }
        assertThat(Kendall.w(new Item("one", Map.of("x", List.of(1, 2))))).isEmpty();
    }

    /** The table of Fleiss 1971, with the value of statsmodels. */
    @Test
    void kappaEqualsFleissTable() {
        int[][] table = {
            {0, 0, 0, 0, 14}, {0, 2, 6, 4, 2}, {0, 0, 3, 5, 6}, {0, 3, 9, 2, 0}, {2, 2, 8, 1, 1},
            {7, 7, 0, 0, 0}, {3, 2, 6, 3, 0}, {2, 5, 3, 2, 2}, {6, 5, 2, 1, 0}, {0, 2, 2, 3, 7},
        };
        double[] labels = new double[5];
        double agreement = 0;
        for (int[] subject : table) {
            for (int c = 0; c < labels.length; c++) {
                labels[c] += subject[c];
            }
            agreement += FleissKappa.agreement(subject);
        }
        assertThat(FleissKappa.of(labels, agreement / table.length)).isCloseTo(0.20993070442195522, within(1e-12));
    }

    @Test
    void aTieAgainstAnOrderCountsInThreeWays() {
        // pairs (a,b): same order; (a,c): tie against order; (b,c): opposite orders; and d tied with c by both
        List<Item> items = List.of(new Item("t", Map.of("x", List.of(1, 2, 1, 1), "y", List.of(1, 3, 3, 3))));
        PairwiseAgreement all = PairwiseAgreement.of(items);
        assertThat(all).isEqualTo(new PairwiseAgreement(2, 1, 4, 0));
        assertThat(all.asWritten()).isCloseTo(2 / 6.0, within(1e-12));
        assertThat(all.tiesHalf()).isCloseTo(4 / 6.0, within(1e-12));
        assertThat(all.tiesLeftOut()).isCloseTo(1, within(1e-12));
        PairwiseAgreement against = PairwiseAgreement.between(List.of(1, 2), List.of(2, 1));
        assertThat(against.asWritten()).isZero();
        assertThat(against.tiesLeftOut()).isZero();
    }

    @Test
    void aLabelerIsComparedWithTheCommonOrderOfTheOthers() {
        List<Item> items = List.of(
                new Item("1", Map.of("a", List.of(1, 2, 3), "b", List.of(1, 2, 3), "odd", List.of(3, 2, 1))),
                new Item("2", Map.of("a", List.of(2, 1), "b", List.of(2, 1), "odd", List.of(1, 2))),
                new Item("3", Map.of("odd", List.of(1, 2))));
        List<LabelerAgreement> all = LabelerAgreement.of(items);
        assertThat(all).extracting(LabelerAgreement::labeler).containsExactly("a", "b", "odd");
        LabelerAgreement odd = all.getLast();
        assertThat(odd.tasks()).isEqualTo(2);
        assertThat(odd.pairs().asWritten()).isZero();
        assertThat(odd.tauB().orElseThrow()).isCloseTo(-1, within(1e-12));
        // the others of a are b and odd, whose orders are opposite: their common order is all ties
        assertThat(all.getFirst().pairs().mixed()).isEqualTo(4);
    }

    @Test
    void theBootstrapIsRepeatableAndItsIntervalContainsTheValue() {
        AgreementReport report = AgreementReport.of(DRAWN, 7);
        assertThat(AgreementReport.of(DRAWN, 7)).isEqualTo(report);
        assertThat(report.tasks()).isEqualTo(6);
        assertThat(report.alpha().low()).isLessThan(report.alpha().value());
        assertThat(report.alpha().high()).isGreaterThan(report.alpha().value());
        assertThat(AgreementReport.of(List.of(), 7).alpha().value()).isNaN();
    }

    /** Computed by evaluating every measure on the rankings of each sample. */
    @Test
    void theBootstrapOfSumsEqualsTheBootstrapOfRankings() {
        AgreementReport report = AgreementReport.of(DRAWN, 7);
        isClose(report.pairwise(), 0.65625, 0.5166666666666667, 0.7046070460704607);
        isClose(report.tiesHalf(), 0.7708333333333334, 0.7, 0.7846392103471749);
        isClose(report.tiesLeftOut(), 0.8503401360544217, 0.805981182795699, 0.9247759433962265);
        isClose(report.alpha(), 0.7177527955610212, 0.5217216174202269, 0.7661811757975713);
        isClose(report.tauB(), 0.5161935872063477, 0.15283687711731572, 0.6683330573168463);
        isClose(report.w(), 0.6815944236165866, 0.38728225430441726, 0.8734728956108726);
        isClose(report.kappa(), 0.3826783268359499, 0.13235761265043403, 0.44299157075036233);
    }

    private static void isClose(Interval interval, double value, double low, double high) {
        assertThat(interval.value()).isCloseTo(value, within(1e-12));
        assertThat(interval.low()).isCloseTo(low, within(1e-12));
        assertThat(interval.high()).isCloseTo(high, within(1e-12));
        assertThat(interval.n()).isEqualTo(6);
    }

    @Test
    void rankingsOfDifferentLengthAreRefused() {
        assertThatThrownBy(() -> new Item("t", Map.of("x", List.of(1, 2), "y", List.of(1, 2, 3))))
                .hasMessageContaining("labelers of t");
    }

    private static List<Integer> numbers(String text) {
        return Arrays.stream(text.split(" ")).map(Integer::valueOf).toList();
    }
}
