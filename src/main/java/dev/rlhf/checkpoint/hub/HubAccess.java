package dev.rlhf.checkpoint.hub;

import dev.rlhf.base.InputException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The hub's address and the user's token, from the environment variables that {@code huggingface_hub} reads.
 *
 * @param endpoint {@code HF_ENDPOINT}, without a trailing slash
 * @param token {@code HF_TOKEN}, or the content of the token file written by {@code hf auth login}; null: anonymous
 */
record HubAccess(String endpoint, @Nullable String token) {
    private static final String PUBLIC = "https://huggingface.co";

    /**
     * Reads the environment.
     *
     * @throws InputException if the endpoint is not an address, or {@code HF_HUB_OFFLINE} is set
     */
    static HubAccess of(Map<String, String> environment) {
        if (value(environment, "HF_HUB_OFFLINE")
                .filter(word -> word.matches("(?i)1|true|yes|on"))
                .isPresent()) {
            throw new InputException("HF_HUB_OFFLINE is set, so nothing is fetched; unset it");
        }
        String endpoint =
                value(environment, "HF_ENDPOINT").orElse(PUBLIC).strip().replaceFirst("/+$", "");
        if (!endpoint.matches("https?://[^/\\s]+(/\\S*)?")) {
            throw new InputException("HF_ENDPOINT: " + endpoint + " is not an address such as " + PUBLIC);
        }
        return new HubAccess(endpoint, token(environment).orElse(null));
    }

    private static Optional<String> token(Map<String, String> environment) {
        return value(environment, "HF_TOKEN")
                .or(() -> value(environment, "HUGGING_FACE_HUB_TOKEN"))
                .or(() -> read(value(environment, "HF_TOKEN_PATH")
                        .map(Path::of)
                        .orElseGet(() -> HubCache.home(environment).resolve("token"))))
                .map(String::strip)
                .filter(token -> !token.isEmpty());
    }

    private static Optional<String> read(Path file) {
        try {
            return Files.isRegularFile(file) ? Optional.of(Files.readString(file)) : Optional.empty();
        } catch (IOException e) {
            throw new InputException(file + ": cannot be read (" + e.getMessage() + "); set HF_TOKEN", e);
        }
    }

    private static Optional<String> value(Map<String, String> environment, String name) {
        return Optional.ofNullable(environment.get(name)).filter(value -> !value.isBlank());
    }

    /** Returns whether {@code address} belongs to this hub, so that the token may be sent to it. */
    boolean owns(URI address) {
        URI own = URI.create(endpoint);
        return own.getScheme().equalsIgnoreCase(address.getScheme())
                && own.getAuthority().equalsIgnoreCase(address.getAuthority());
    }

    /** Returns the web page of a model, on which its licence is accepted. */
    String page(ModelReference model) {
        return endpoint + "/" + model.id();
    }
}
