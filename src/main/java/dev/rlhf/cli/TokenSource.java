package dev.rlhf.cli;

import dev.rlhf.base.InputException;
import dev.rlhf.label.api.StoreInUseException;
import dev.rlhf.label.client.AdminClient;
import dev.rlhf.label.store.LabelStore;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * The place of the labels for a command: the store's file or, while a server has it open, that server. On a server the
 * command acts as an admin, with a token.
 */
class TokenSource {
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

    /** Runs on the store's file. */
    interface OnStore {
        void run(LabelStore store) throws IOException, InterruptedException;
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
    final void run(OnStore onStore, OnServer onServer) throws IOException, InterruptedException {
        run(LabelStore::openExisting, onStore, onServer);
    }

    /** Runs one of the two, as {@link #run}; a store that does not exist is created. */
    final void runOrCreate(OnStore onStore, OnServer onServer) throws IOException, InterruptedException {
        run(LabelStore::open, onStore, onServer);
    }

    /** Returns whether the options name a server. */
    final boolean onServer() {
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
            if (tokenFile != null) {
                throw new InputException("--token_file needs --server; --db needs none");
            }
            checkStore();
            try (LabelStore store = opener.open(db)) {
                onStore.run(store);
            } catch (StoreInUseException e) {
                throw new InputException(
                        db + ": in use by another process; if that is rlhf label serve, give --server URL instead of"
                                + " --db, with a token of its admin page in --token_file or " + TOKEN,
                        e);
            }
        } else if (server != null) {
            try (AdminClient client = connect(server)) {
                onServer.run(client);
            }
        }
    }

    /**
     * Checks the options that only a server needs, before the store is opened.
     *
     * @throws InputException if there is one
     */
    void checkStore() {}

    private AdminClient connect(URI url) throws IOException, InterruptedException {
        if (!("http".equals(url.getScheme()) || "https".equals(url.getScheme())) || url.getHost() == null) {
            throw new InputException("--server is '" + url + "'; it is http://HOST:PORT/ or https://HOST/");
        }
        return connect(url, tokenFile, System.getenv(TOKEN));
    }

    /**
     * Connects to a server.
     *
     * @param file file with a token
     * @param token a token of the environment
     */
    AdminClient connect(URI url, @Nullable Path file, @Nullable String token) throws IOException, InterruptedException {
        if (file != null) {
            return AdminClient.withToken(url, PasswordOption.firstLine(file).strip());
        }
        if (token == null || token.isBlank()) {
            throw new InputException(
                    "create a token on the admin page (People), and give it in --token_file FILE or " + TOKEN);
        }
        return AdminClient.withToken(url, token.strip());
    }
}
