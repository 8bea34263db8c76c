package dev.rlhf.label.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Pictures of pages, with {@code -Drlhf.screenshots=FOLDER}; nothing without it. */
final class Screenshots {
    private record Screen(String name, int width, int height) {}

    /** A phone, a tablet, a notebook, a big screen, and the notebook's page at 200 %. */
    private static final List<Screen> SCREENS = List.of(
            new Screen("390", 390, 844),
            new Screen("820", 820, 1180),
            new Screen("1440", 1440, 900),
            new Screen("3840", 3840, 2160),
            new Screen("zoomed", 720, 450));

    private Screenshots() {}

    /** Takes pictures of the page on every screen, light and dark, and leaves the browser 1440 × 900 and light. */
    static void everywhere(Browser browser, String name) {
        if (folder() == null) {
            return;
        }
        for (Screen screen : SCREENS) {
            browser.size(screen.width, screen.height);
            for (boolean dark : new boolean[] {false, true}) {
                browser.dark(dark);
                browser.endTransitions();
                asItIs(browser, name + "-" + screen.name + (dark ? "-dark" : ""));
            }
        }
        browser.size(1440, 900);
        browser.dark(false);
    }

    /** Takes one picture of what the browser shows. */
    static void asItIs(Browser browser, String name) {
        String folder = folder();
        if (folder == null) {
            return;
        }
        try {
            browser.screenshot(Files.createDirectories(Path.of(folder)).resolve(name + ".png"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static @Nullable String folder() {
        return System.getProperty("rlhf.screenshots");
    }
}
