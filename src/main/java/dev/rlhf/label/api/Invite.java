package dev.rlhf.label.api;

import dev.rlhf.label.Labeler;
import java.net.URI;
import java.time.Instant;

/**
 * Lets one person, or one program, in once. The token is nowhere else: the store keeps its hash.
 *
 * @param expires when it stops working if nobody has used it
 */
public record Invite(Labeler labeler, String token, Instant expires) {
    /**
     * What to send to the labeler. The token is behind the {@code #}, where servers, proxies and link previews do not
     * see it.
     */
    public URI link(URI baseUrl) {
        return baseUrl.resolve("/#invite=" + token);
    }
}
