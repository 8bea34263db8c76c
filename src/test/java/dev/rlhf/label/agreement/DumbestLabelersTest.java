package dev.rlhf.label.agreement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The agreement of labelers who do not read: 100 tasks of four completions, each ranked by three labelers. Values of
 * alpha by the Python package krippendorff 0.8, of kappa by statsmodels, of tau-b by scipy, on the same rankings.
 */
class DumbestLabelersTest {
    private static final int COMPLETIONS = 4;

    private interface Labeler {
        /** Returns ranks, given the place on the screen of each completion. */
        List<Integer> rank(List<Integer> places, Random random);
    }

    private static final Labeler TIES = (places, _) -> Collections.nCopies(COMPLETIONS, 1);
    private static final Labeler RANDOM = (_, random) -> shuffled(random);
    private static final Labeler FIRST_SHOWN =
            (places, _) -> places.stream().map(place -> place == 1 ? 1 : 2).toList();
    private static final Labeler AS_SHOWN = (places, _) -> places;
    /** Ties everything in nine tasks of ten. */
    private static final Labeler MOSTLY_TIES =
            (places, random) -> random.nextInt(10) == 0 ? shuffled(random) : TIES.rank(places, random);
    /** Knows the order, and swaps one pair of neighbours in every third task. */
    private static final Labeler READS = (_, random) -> {
        List<Integer> ranks = new ArrayList<>(List.of(1, 2, 3, 4));
        if (random.nextInt(3) == 0) {
            int first = random.nextInt(COMPLETIONS - 1);
            Collections.swap(ranks, first, first + 1);
        }
        return ranks;
    };

    private static List<Integer> shuffled(Random random) {
        List<Integer> ranks =
                new ArrayList<>(IntStream.rangeClosed(1, COMPLETIONS).boxed().toList());
        Collections.shuffle(ranks, random);
        return ranks;
    }

    /** The best completion is at another index in every task. */
    static List<Item> items(Labeler... labelers) {
        Random random = new Random(5);
        List<Item> items = new ArrayList<>();
        for (int task = 0; task < 100; task++) {
            Map<String, List<Integer>> ranks = new LinkedHashMap<>();
            for (int i = 0; i < labelers.length; i++) {
                List<Integer> given = new ArrayList<>(labelers[i].rank(shuffled(random), random));
                Collections.rotate(given, task);
                ranks.put("labeler " + i, given);
            }
            items.add(new Item(Integer.toString(task), ranks));
        }
        return items;
    }

    private static AgreementReport report(Labeler... labelers) {
        return AgreementReport.of(items(labelers), 1);
    }

    /** Shares that count ties as agreement are perfect; the others are undefined. */
    @Test
    void labelersWhoAlwaysTieHaveNoAgreementToMeasure() {
        AgreementReport report = report(TIES, TIES, TIES);
        assertThat(report.pairwise().value()).isEqualTo(1);
        assertThat(report.tiesHalf().value()).isEqualTo(1);
        assertThat(report.tiesLeftOut().value()).isNaN();
        assertThat(report.alpha().value()).isNaN();
        assertThat(report.kappa().value()).isNaN();
        assertThat(report.tauB().value()).isNaN();
        assertThat(report.w().value()).isNaN();
    }

    static Stream<Arguments> groups() {
        return Stream.of(
                Arguments.of(
                        "at random",
                        new Labeler[] {RANDOM, RANDOM, RANDOM},
                        0.04945944444444461,
                        0.0443488793323775,
                        0.0444444444444444),
                Arguments.of(
                        "the first shown is best",
                        new Labeler[] {FIRST_SHOWN, FIRST_SHOWN, FIRST_SHOWN},
                        0.018596296296296222,
                        0.017171093267449,
                        0.0177777777777777),
                Arguments.of(
                        "in the order shown",
                        new Labeler[] {AS_SHOWN, AS_SHOWN, AS_SHOWN},
                        0.05345611111111126,
                        0.0458703807127922,
                        0.0466666666666667),
                Arguments.of(
                        "tie nine tasks of ten",
                        new Labeler[] {MOSTLY_TIES, MOSTLY_TIES, MOSTLY_TIES},
                        -0.02971672661870506,
                        -0.0210244278426024,
                        0.3333333333333334),
                Arguments.of(
                        "two read, one at random",
                        new Labeler[] {READS, READS, RANDOM},
                        0.2459622222222223,
                        0.243415220224198,
                        0.2466666666666667),
                Arguments.of(
                        "two read, one always ties",
                        new Labeler[] {READS, READS, TIES},
                        0.02919677419354827,
                        -0.0525787342280531,
                        0.8066666666666668),
                Arguments.of(
                        "all read", new Labeler[] {READS, READS, READS}, 0.8694422222222222, 0.796501841532718, 0.8));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("groups")
    void chanceCorrectedValuesEqualTheReference(
            String group, Labeler[] labelers, double alpha, double kappa, double tauB) {
        AgreementReport report = report(labelers);
        assertThat(report.alpha().value()).isCloseTo(alpha, within(1e-12));
        assertThat(report.kappa().value()).isCloseTo(kappa, within(1e-12));
        assertThat(report.tauB().value()).isCloseTo(tauB, within(1e-12));
        String row = "| %s | %.2f | %.2f | %.2f | %.2f | %.2f | %.2f | %.2f |"
                .formatted(
                        group,
                        report.pairwise().value(),
                        report.tiesHalf().value(),
                        report.tiesLeftOut().value(),
                        report.alpha().value(),
                        report.kappa().value(),
                        report.tauB().value(),
                        report.w().value());
        assertThat(Path.of("docs", "reference", "labelling.md")).content().contains(row);
    }

    /** A labeler who does not read is far from the common order of the others, unless they do not read either. */
    @Test
    void theCommonOrderOfOthersFindsTheOneWhoDoesNotRead() {
        LabelerAgreement random = report(READS, READS, RANDOM).labelers().getLast();
        LabelerAgreement ties = report(READS, READS, TIES).labelers().getLast();
        LabelerAgreement allTie = report(TIES, TIES, TIES).labelers().getLast();
        assertThat(random.pairs().tiesHalf()).isBetween(0.4, 0.6);
        assertThat(random.tauB().orElseThrow()).isBetween(-0.2, 0.2);
        assertThat(ties.pairs().tiesHalf()).isBetween(0.4, 0.6);
        assertThat(ties.pairs().tiesLeftOut()).isNaN();
        assertThat(ties.tauB()).isEmpty();
        assertThat(allTie.pairs().tiesHalf()).isEqualTo(1); // only tau-b, which is undefined, tells
        assertThat(allTie.tauB()).isEmpty();
    }
}
