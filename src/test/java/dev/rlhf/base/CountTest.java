package dev.rlhf.base;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CountTest {
    @Test
    void oneIsInTheSingular() {
        assertThat(Count.of(1, "different document")).isEqualTo("1 different document");
        assertThat(Count.of(0, "row")).isEqualTo("0 rows");
        assertThat(Count.of(1234, "row")).isEqualTo("1,234 rows");
    }
}
