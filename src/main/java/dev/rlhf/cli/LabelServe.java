package dev.rlhf.cli;

import dev.rlhf.base.InputFile;
import dev.rlhf.base.Shell;
import dev.rlhf.label.api.Actor;
import dev.rlhf.label.server.LabelServer;
import dev.rlhf.label.server.ServerOptions;
import dev.rlhf.label.store.Access;
import dev.rlhf.label.store.LabelStore;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code rlhf label serve}: serves the ranking page and the admin page until Ctrl-C. */
@Command(
        name = "serve",
        description = "Serve the ranking page until Ctrl-C. Labelers sign in with a link of rlhf label invite.")
final class LabelServe extends LabelSubcommand {
    @Mixin
    private final StoreOption file = new StoreOption();

    @Option(
            names = "--host",
            paramLabel = "HOST",
            defaultValue = "127.0.0.1",
            description = "address to listen on; 0.0.0.0: all (default: ${DEFAULT-VALUE})")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String host;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "8080",
            description = "port; 0: any free one (default: ${DEFAULT-VALUE})")
    private int port;

    @Option(
            names = "--behind_proxy",
            description = "trust X-Forwarded-For and X-Forwarded-Proto; only if every request passes a trusted proxy")
    private boolean behindProxy;

    @Mixin
    private final BaseUrlOption address = new BaseUrlOption();

    @Option(
            names = "--guidelines",
            paramLabel = "FILE",
            description = "Markdown file with the guidelines (default: unchanged)")
    @Nullable
    private Path guidelines;

    @Override
    public Integer call() throws IOException, InterruptedException {
        ServerOptions checked = new ServerOptions(host, port, behindProxy, address.baseUrl, ServerOptions.LEASE);
        String text = guidelines == null ? null : InputFile.text(guidelines);
        CountDownLatch stop = new CountDownLatch(1);
        CountDownLatch stopped = new CountDownLatch(1);
        Thread hook = new Thread(() -> {
            stop.countDown();
            await(stopped);
        });
        try (LabelStore store = LabelStore.openExisting(file.db)) {
            if (text != null) {
                store.publishGuidelines(text);
            }
            Access access = store.access();
            if (address.baseUrl != null && !access.baseUrl().equals(Optional.ofNullable(checked.baseUrl()))) {
                access.setBaseUrl(address.baseUrl, Actor.commandLine());
            }
            URI called = access.baseUrl().orElse(null);
            ServerOptions options = new ServerOptions(host, port, behindProxy, called, ServerOptions.LEASE);
            try (LabelServer server = LabelServer.start(store, options)) {
                Runtime.getRuntime().addShutdownHook(hook);
                tell(server, access, called);
                stop.await();
            }
        } finally {
            stopped.countDown();
        }
        return ExitCode.DONE;
    }

    private void tell(LabelServer server, Access access, @Nullable URI called) {
        if (access.users().stream().noneMatch(user -> user.openInvites() + user.sessions() > 0)) {
            print("Nobody has an invite yet. Stop and run: rlhf label invite --db " + Shell.quote(file.db) + " NAME"
                    + (access.hasAdmin() ? "; or invite on the admin's page" : ""));
        }
        if (!loopback(host) && (called == null || !"https".equals(called.getScheme()))) {
            print("Other machines connect by plain http: what they send, including passwords, can be read in transit."
                    + " See docs/how-to/label-on-a-server.md");
        }
        print("Rank at " + (called == null ? server.address() : called + ", served from " + server.address())
                + "   (Ctrl-C stops)");
    }

    private static boolean loopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            if (!latch.await(10, TimeUnit.SECONDS)) {
                System.err.println("the label server did not stop in 10 seconds");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
