package dev.rlhf.label.server;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.URL;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Mozilla's driver for Firefox: one process for the whole run, which ends with it. */
final class Geckodriver {
    private static final Duration START = Duration.ofSeconds(30);

    private static @Nullable URL address;

    private Geckodriver() {}

    /** Starts the driver unless it runs already, and returns its address. */
    static synchronized URL address(File program) {
        if (address == null) {
            address = start(program);
        }
        return address;
    }

    private static URL start(File program) {
        try {
            int port;
            try (ServerSocket free = new ServerSocket(0)) {
                port = free.getLocalPort();
            }
            Process process = new ProcessBuilder(program.toString(), "--port", String.valueOf(port), "--log", "error")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            Runtime.getRuntime().addShutdownHook(new Thread(process::destroy));
            long end = System.nanoTime() + START.toNanos();
            while (!listens(port)) {
                if (!process.isAlive() || System.nanoTime() > end) {
                    throw new IllegalStateException(program + " does not listen on port " + port);
                }
                Thread.sleep(50);
            }
            return URI.create("http://127.0.0.1:" + port).toURL();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while starting " + program, e);
        }
    }

    private static boolean listens(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress("127.0.0.1", port), 200);
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
