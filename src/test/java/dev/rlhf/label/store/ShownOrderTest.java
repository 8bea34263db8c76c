package dev.rlhf.label.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ShownOrderTest {
    @Test
    void theOrderIsAFunctionOfTheNames() {
        // Must never change: a store that is exported and imported elsewhere shows the same order.
        assertThat(ShownOrder.of(4, "b", "t1", "Ada")).isEqualTo(ShownOrder.of(4, "b", "t1", "Ada"));
        assertThat(IntStream.range(0, 20)
                        .mapToObj(i -> ShownOrder.of(4, "b", "t" + i, "Ada"))
                        .distinct())
                .hasSizeGreaterThan(8);
        assertThat(IntStream.range(0, 20)
                        .mapToObj(i -> ShownOrder.of(4, "b", "t1", "labeler " + i))
                        .distinct())
                .hasSizeGreaterThan(8);
    }

    @Test
    void allOrdersAreEquallyLikely() {
        int draws = 24_000;
        Map<List<Integer>, Long> counts = IntStream.range(0, draws)
                .mapToObj(i -> ShownOrder.of(4, "b", "t" + i % 400, "labeler " + i / 400))
                .collect(Collectors.groupingBy(order -> order, Collectors.counting()));
        assertThat(counts).hasSize(24);
        // 1000 expected each; five standard deviations are 155.
        assertThat(counts.values()).allMatch(count -> count > 845 && count < 1155);
    }
}
