package dev.rlhf.cli;

import dev.rlhf.base.InputException;
import dev.rlhf.label.client.AdminClient;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The place of the labels for a command, as {@link TokenSource}; without a token, an admin's name and password. */
final class LabelSource extends TokenSource {
    @Option(
            names = "--admin",
            paramLabel = "NAME",
            description = "with --server and no token: name of the admin (default: admin)")
    private @Nullable String admin;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private PasswordOption password;

    @Override
    void checkStore() {
        if (admin != null || password.file != null) {
            throw new InputException("--admin and --password_file need --server; --db needs none");
        }
    }

    @Override
    AdminClient connect(URI url, @Nullable Path file, @Nullable String token) throws IOException, InterruptedException {
        boolean named = admin != null || password.file != null;
        if (file != null && named) {
            throw new InputException("give --token_file, or --admin and --password_file, not both");
        }
        if (file != null || (token != null && !token.isBlank() && !named)) {
            return super.connect(url, file, token);
        }
        String name = admin == null ? "admin" : admin;
        return AdminClient.signIn(url, name, password.readOnce(name));
    }
}
