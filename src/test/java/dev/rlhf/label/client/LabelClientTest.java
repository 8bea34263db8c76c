package dev.rlhf.label.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class LabelClientTest {
    /** A server that closes an idle connection just when a request arrives, as Jetty may. */
    @Test
    void sendsAgainWhenTheServerClosesTheConnectionInsteadOfAnswering() throws Exception {
        List<String> requests = Collections.synchronizedList(new ArrayList<>());
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> {
                for (int i = 0; i < 4; i++) {
                    try (Socket socket = server.accept()) {
                        requests.add(firstLine(socket));
                        if (i > 0) {
                            answer(socket, "{\"csrf\": \"c\", \"version\": \"v1\", \"text\": \"Rank.\"}");
                        }
                    } catch (IOException e) {
                        requests.add(e.toString());
                    }
                }
            });
            URI address = URI.create("http://127.0.0.1:" + server.getLocalPort() + "/");
            LabelClient.join(address, "invite").close();
        }
        assertThat(requests)
                .containsExactly(
                        "POST /api/session HTTP/1.1",
                        "POST /api/session HTTP/1.1",
                        "GET /api/guidelines HTTP/1.1",
                        "POST /api/guidelines/seen HTTP/1.1");
    }

    private static String firstLine(Socket socket) throws IOException {
        BufferedReader in =
                new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
        String first = String.valueOf(in.readLine());
        int length = 0;
        for (String line = in.readLine(); !line.isEmpty(); line = in.readLine()) {
            if (line.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
                length = Integer.parseInt(line.substring(15).strip());
            }
        }
        for (int i = 0; i < length; i++) {
            in.read();
        }
        return first;
    }

    private static void answer(Socket socket, String json) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write(("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: "
                        + json.length() + "\r\n\r\n" + json)
                .getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }
}
