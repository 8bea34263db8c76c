package dev.rlhf.checkpoint.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rlhf.base.InputException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HubAccessTest {
    @TempDir
    Path home;

    @Test
    void theTokenComesFromTheVariableOtherwiseFromTheLoginFile() throws IOException {
        String folder = home.toString();
        assertThat(HubAccess.of(Map.of("HF_HOME", folder)).token()).isNull();
        Files.writeString(home.resolve("token"), "hf_file\n");
        assertThat(HubAccess.of(Map.of("HF_HOME", folder)).token()).isEqualTo("hf_file");
        assertThat(HubAccess.of(Map.of("HF_HOME", folder, "HF_TOKEN", "hf_env")).token())
                .isEqualTo("hf_env");
        Path other = Files.writeString(home.resolve("other"), "hf_other");
        assertThat(HubAccess.of(Map.of("HF_HOME", folder, "HF_TOKEN_PATH", other.toString()))
                        .token())
                .isEqualTo("hf_other");
    }

    @Test
    void theEndpointIsThePublicHubUnlessTheEnvironmentNamesAnother() {
        Map<String, String> mirror = Map.of("HF_HOME", home.toString(), "HF_ENDPOINT", "http://mirror:8080/hf/");
        assertThat(HubAccess.of(Map.of("HF_HOME", home.toString())).endpoint()).isEqualTo("https://huggingface.co");
        assertThat(HubAccess.of(mirror).endpoint()).isEqualTo("http://mirror:8080/hf");
        assertThatThrownBy(() -> HubAccess.of(Map.of("HF_ENDPOINT", "mirror")))
                .isInstanceOf(InputException.class)
                .hasMessage("HF_ENDPOINT: mirror is not an address such as https://huggingface.co");
        assertThatThrownBy(() -> HubAccess.of(Map.of("HF_HUB_OFFLINE", "1")))
                .isInstanceOf(InputException.class)
                .hasMessageStartingWith("HF_HUB_OFFLINE is set");
    }

    @Test
    void onlyTheHubItselfOwnsTheToken() {
        HubAccess access = new HubAccess("https://hub.example", "t");
        assertThat(access.owns(URI.create("https://hub.example/org/x"))).isTrue();
        assertThat(access.owns(URI.create("https://HUB.example/org/x"))).isTrue();
        for (String other : new String[] {
            "https://cdn.hub.example/x",
            "https://hub.example:8443/x",
            "http://hub.example/x",
            "https://hub.example.evil/x"
        }) {
            assertThat(access.owns(URI.create(other))).as(other).isFalse();
        }
    }
}
