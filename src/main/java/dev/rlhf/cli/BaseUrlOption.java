package dev.rlhf.cli;

import java.net.URI;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The address of the label server for browsers. */
final class BaseUrlOption {
    @Option(
            names = "--base_url",
            paramLabel = "URL",
            description = "address for browsers, such as https://rank.example.org; kept in the store (default: the "
                    + "one kept there, otherwise the address of the server)")
    @Nullable
    URI baseUrl;
}
