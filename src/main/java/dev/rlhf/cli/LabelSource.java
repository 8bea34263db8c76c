package dev.rlhf.cli;

import dev.rlhf.base.InputException;
import dev.rlhf.label.api.StoreInUseException;
import dev.rlhf.label.client.AdminClient;
import dev.rlhf.label.store.LabelStore;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * The place of the labels for a command: the store's file or, while a server has it open, that server. On a server the
 * command acts as an admin, with a token or with a name and a password.
 */
final class LabelSource {
    /** Environment variable with a token. */
    static final String TOKEN = "RLHF_LABEL_TOKEN";

    @Option(names = "--db", paramLabel = "FILE", description = LabelCommand.DB + "; if no server has it open")
    private @Nullable Path db;

    @Option(
            names = "--server",
            paramLabel = "URL",
            description = "address such as http://127.0.0.1:8080/ of the server that has the store open, instead of "
                    + "--db")
    private @Nullable URI server;

    @Option(
            names = "--token_file",
            paramLabel = "FILE",
            description = "with --server: file whose first line is a token of the admin page (default: the "
                    + "environment variable " + TOKEN + ")")
    private @Nullable Path tokenFile;

    @Option(
            names = "--admin",
            paramLabel = "NAME",
            description = "with --server and no token: name of the admin (default: admin)")
    private @Nullable String admin;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private PasswordOption password;

    /** Runs on the store's file. */
    interface OnStore {
        void run(LabelStore store) throws IOException;
    }

    /** Runs on a server. */
    interface OnServer {
        void run(AdminClient client) throws IOException, InterruptedException;
    }

    /**
     * Runs one of the two, on the store or on the server that the options name.
     *
     * @throws InputException if the options name neither or both, or another process has the store open
     */
    void run(OnStore onStore, OnServer onServer) throws IOException, InterruptedException {
        run(LabelStore::openExisting, onStore, onServer);
    }

    /** Runs one of the two, as {@link #run}; a store that does not exist is created. */
    void runOrCreate(OnStore onStore, OnServer onServer) throws IOException, InterruptedException {
        run(LabelStore::open, onStore, onServer);
    }

    /** Returns whether the options name a server. */
    boolean onServer() {
        return server != null;
    }

    private interface Opener {
        LabelStore open(Path file) throws IOException;
    }

    private void run(Opener opener, OnStore onStore, OnServer onServer) throws IOException, InterruptedException {
        if ((db == null) == (server == null)) {
            throw new InputException("give --server URL if rlhf label serve is running, else --db FILE");
        }
        if (db != null) {
            if (tokenFile != null || admin != null || password.file != null) {
                throw new InputException("--token_file, --admin and --password_file need --server; --db needs none");
            }
            try (LabelStore store = opener.open(db)) {
                onStore.run(store);
            } catch (StoreInUseException e) {
                throw new InputException(
                        db + ": in use by another process; if that is rlhf label serve, give --server URL instead of"
                                + " --db, with a token of its admin page in --token_file or " + TOKEN,
                        e);
            }
        } else if (server != null) {
            try (AdminClient client = connect(server, System.getenv())) {
                onServer.run(client);
            }
        }
    }

    private AdminClient connect(URI url, Map<String, String> environment) throws IOException, InterruptedException {
        if (!("http".equals(url.getScheme()) || "https".equals(url.getScheme())) || url.getHost() == null) {
            throw new InputException("--server is '" + url + "'; it is http://HOST:PORT/ or https://HOST/");
        }
        String token = environment.get(TOKEN);
        boolean named = admin != null || password.file != null;
        if (tokenFile != null) {
            if (named) {
                throw new InputException("give --token_file, or --admin and --password_file, not both");
            }
            return AdminClient.withToken(
                    url, PasswordOption.firstLine(tokenFile).strip());
        }
        if (token != null && !token.isBlank() && !named) {
            return AdminClient.withToken(url, token.strip());
        }
        String name = admin == null ? "admin" : admin;
        return AdminClient.signIn(url, name, password.readOnce(name));
    }
}
