package dev.rlhf.label.server;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.ImmutableCapabilities;
import org.openqa.selenium.NoAlertPresentException;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.WindowType;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.interactions.PointerInput;
import org.openqa.selenium.interactions.Sequence;
import org.openqa.selenium.remote.RemoteWebDriver;
import org.openqa.selenium.support.ui.ExpectedConditions;
import org.openqa.selenium.support.ui.WebDriverWait;

/**
 * Debian's chromium, with the gestures that page tests need; with {@code -Drlhf.test.browser=firefox} its firefox-esr.
 * Elements are identified by CSS selectors. Not thread-safe. What only Chromium's DevTools protocol can do (keys of
 * other keyboard layouts, releases that are lost, no network, small screens, dark mode) skips the test in Firefox.
 */
public final class Browser implements AutoCloseable {
    private static final boolean FIREFOX = "firefox".equals(System.getProperty("rlhf.test.browser"));
    private static final String BINARY = FIREFOX ? "/usr/bin/firefox-esr" : "/usr/bin/chromium";
    private static final @Nullable File DRIVER = inPath(FIREFOX ? "geckodriver" : "chromedriver");

    /** What is missing to run a browser, or null. */
    static @Nullable String missing() {
        if (DRIVER != null && new File(BINARY).canExecute()) {
            return null;
        }
        return FIREFOX
                ? "no /usr/bin/firefox-esr or no geckodriver: apt-get install firefox-esr;"
                        + " cargo install --locked geckodriver"
                : "no /usr/bin/chromium or no chromedriver: apt-get install chromium chromium-driver";
    }

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    /** axe rules: WCAG 2.0 to 2.2, A and AA, and best practices. */
    private static final String AXE =
            "const done = arguments[1]; axe.run(arguments[0], {resultTypes: ['violations'], runOnly: ['wcag2a', "
                    + "'wcag2aa', 'wcag21a',"
                    + " 'wcag21aa', 'wcag22aa', 'best-practice'], rules: {'label-content-name-mismatch':"
                    + " {enabled: true}, 'scrollable-region-focusable': {enabled: true}}}).then(result =>"
                    + " done(result.violations.flatMap("
                    + "v => v.nodes.map(n => v.id + ': ' + n.html.slice(0, 200) + ' ' + (n.any[0]?.message ?? '')))))";

    private RemoteWebDriver driver;
    /** The same driver if it is Chromium's. */
    private final @Nullable ChromeDriver chromium;

    private final PointerInput mouse = new PointerInput(PointerInput.Kind.MOUSE, "mouse");
    private final PointerInput finger = new PointerInput(PointerInput.Kind.TOUCH, "finger");

    Browser() {
        if (FIREFOX) {
            chromium = null;
            driver = firefox();
        } else {
            chromium = chromium();
            driver = chromium;
        }
        reset();
    }

    private static ChromeDriver chromium() {
        ChromeOptions options = new ChromeOptions()
                .addArguments(
                        "--headless=new",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-dev-shm-usage",
                        "--no-first-run",
                        "--disable-background-networking",
                        "--disable-component-update",
                        "--disable-sync",
                        "--hide-scrollbars",
                        "--lang=en-US",
                        "--window-size=1440,900");
        options.setBinary(BINARY);
        return new ChromeDriver(
                new ChromeDriverService.Builder()
                        .usingDriverExecutable(Objects.requireNonNull(DRIVER))
                        .build(),
                options);
    }

    private static RemoteWebDriver firefox() {
        return new RemoteWebDriver(
                Geckodriver.address(Objects.requireNonNull(DRIVER)),
                new ImmutableCapabilities(Map.of(
                        "browserName",
                        "firefox",
                        "moz:firefoxOptions",
                        Map.of(
                                "binary",
                                BINARY,
                                "args",
                                List.of("-headless", "-width", "1440", "-height", "985"),
                                "prefs",
                                Map.of("intl.accept_languages", "en-US", "dom.w3c_touch_events.enabled", 1)))));
    }

    /** Chromium's driver; in Firefox the test is skipped. @param what needs it */
    private ChromeDriver devTools(String what) {
        Assumptions.assumeTrue(chromium != null, () -> what + ": only in Chromium");
        return Objects.requireNonNull(chromium);
    }

    private static @Nullable File inPath(String program) {
        String home = System.getProperty("user.home") + "/.cargo/bin";
        return Stream.of((System.getenv("PATH") + File.pathSeparator + home).split(File.pathSeparator))
                .map(folder -> new File(folder, program))
                .filter(File::canExecute)
                .findFirst()
                .orElse(null);
    }

    /**
     * Replaces all tabs by a new one, online, 1440 × 900 and light, and deletes everything that pages have stored.
     * Storage has to be deleted because it belongs to an address, and a later server may get the port of an earlier
     * one; pages have to be closed because they would continue to send requests to that port.
     */
    void reset() {
        if (chromium == null) {
            // A new profile. A page may be in a state that refuses to be left.
            driver.quit();
            driver = firefox();
            size(1440, 900);
            return;
        }
        try {
            driver.switchTo().alert().dismiss();
        } catch (NoAlertPresentException e) {
            // as it should be
        }
        Set<String> before = driver.getWindowHandles();
        String fresh = driver.switchTo().newWindow(WindowType.TAB).getWindowHandle();
        for (String tab : before) {
            driver.switchTo().window(tab).close();
        }
        driver.switchTo().window(fresh);
        chromium.executeCdpCommand("Storage.clearDataForOrigin", Map.of("origin", "*", "storageTypes", "all"));
        chromium.executeCdpCommand("Network.clearBrowserCookies", Map.of());
        chromium.executeCdpCommand("Network.clearBrowserCache", Map.of());
        offline(false);
        size(1440, 900);
        dark(false);
    }

    @Override
    public void close() {
        driver.quit();
    }

    // --- navigation and queries ---

    public void open(URI address) {
        driver.get(address.toString());
    }

    public void reload() {
        driver.navigate().refresh();
    }

    /** Opens a new tab and returns the handle of the previous one. */
    public String newTab() {
        String before = driver.getWindowHandle();
        driver.switchTo().newWindow(WindowType.TAB);
        return before;
    }

    /** Switches to the other tab and returns its handle. */
    public String toTab(String handle) {
        String before = driver.getWindowHandle();
        driver.switchTo().window(handle);
        if (chromium != null) {
            chromium.executeCdpCommand("Page.bringToFront", Map.of());
        }
        return before;
    }

    public WebElement find(String css) {
        return until().until(ExpectedConditions.visibilityOfElementLocated(By.cssSelector(css)));
    }

    List<WebElement> all(String css) {
        return driver.findElements(By.cssSelector(css));
    }

    public List<String> texts(String css) {
        return all(css).stream().map(WebElement::getText).toList();
    }

    /** Returns the element's text, even if only screen readers see it; "(absent)" if there is no such element. */
    public String text(String css) {
        // Firefox gives null while it replaces the page.
        return Objects.requireNonNullElse(
                        script("return document.querySelector(arguments[0])?.textContent ?? '(absent)'", css),
                        "(absent)")
                .toString();
    }

    public boolean visible(String css) {
        return all(css).stream().anyMatch(WebElement::isDisplayed);
    }

    public void waitForText(String css, String text) {
        until().withMessage(() -> css + " says '" + text(css) + "' and not '" + text + "'")
                .until(driver -> text(css).equals(text));
    }

    /** Waits until {@code localStorage} has this number of items. */
    void waitForStorage(int items) {
        until().withMessage(() -> "localStorage: " + script("return JSON.stringify(localStorage)"))
                .until(_ -> script("return localStorage.length").equals((long) items));
    }

    public void waitUntilGone(String css) {
        until().until(ExpectedConditions.invisibilityOfElementLocated(By.cssSelector(css)));
    }

    String title() {
        return Objects.requireNonNull(driver.getTitle());
    }

    String source() {
        return Objects.requireNonNull(driver.getPageSource());
    }

    public Object script(String script, Object... arguments) {
        return driver.executeScript(script, arguments);
    }

    /** Runs a script that passes its result to its last argument, a function. */
    @Nullable
    Object asyncScript(String script, Object... arguments) {
        return driver.executeAsyncScript(script, arguments);
    }

    /** What a module of the page gives for an expression of {@code m}. */
    Object module(String path, String expression) {
        return driver.executeAsyncScript(
                "const done = arguments[1]; import(arguments[0]).then(async m => done(await (" + expression + ")))",
                path);
    }

    // --- input ---

    public void click(String css) {
        toMiddle(css).click();
    }

    /** Scrolls to the element, away from bars that would cover it. */
    private WebElement toMiddle(String css) {
        WebElement element = find(css);
        script("arguments[0].scrollIntoView({block: 'center'})", element);
        return element;
    }

    public void type(String css, CharSequence text) {
        find(css).sendKeys(text);
    }

    /** Sends keys to the focused element. */
    public void press(CharSequence... keys) {
        new Actions(driver).sendKeys(keys).perform();
    }

    /** Presses a key as a keyboard layout reports it. @param code the place of the key on a US keyboard */
    void key(String key, String code, boolean shift) {
        for (String type : List.of("keyDown", "keyUp")) {
            devTools("a key of another layout")
                    .executeCdpCommand(
                            "Input.dispatchKeyEvent",
                            Map.of("type", type, "key", key, "code", code, "modifiers", shift ? 8 : 0));
        }
    }

    /** Chooses a place with the button under an answer; both count from 1. */
    public void place(int answer, int place) {
        click(card(answer) + " .places button:nth-child(" + place + ")");
    }

    static String card(int answer) {
        return ".card[data-index=\"" + (answer - 1) + "\"]";
    }

    /** Drags with the mouse. @param along where on the target it is let go: 0 left, 1 right */
    void drag(String from, String to, double along) {
        WebElement target = find(to);
        int width = target.getSize().getWidth();
        new Actions(driver)
                .clickAndHold(toMiddle(from))
                .moveByOffset(0, 9)
                .moveToElement(target, (int) Math.round((along - 0.5) * width), 0)
                .release()
                .perform();
    }

    /** Drags with the mouse from next to an element's right edge, in a single move. */
    void flick(String from, String to) {
        WebElement handle = toMiddle(from);
        int edge = handle.getSize().getWidth() / 2 - 2;
        int left = PointerInput.MouseButton.LEFT.asArg();
        driver.perform(List.of(new Sequence(mouse, 0)
                .addAction(mouse.createPointerMove(Duration.ZERO, PointerInput.Origin.fromElement(handle), edge, 0))
                .addAction(mouse.createPointerDown(left))
                .addAction(mouse.createPointerMove(Duration.ZERO, PointerInput.Origin.fromElement(find(to)), 0, 0))
                .addAction(mouse.createPointerUp(left))));
    }

    /** Presses the left button over an element's middle and holds it. */
    void hold(String css) {
        toMiddle(css);
        if (chromium != null) {
            mouse("mousePressed", css, 1);
            return;
        }
        driver.perform(List.of(new Sequence(mouse, 0)
                .addAction(mouse.createPointerMove(Duration.ZERO, PointerInput.Origin.fromElement(find(css)), 0, 0))
                .addAction(mouse.createPointerDown(PointerInput.MouseButton.LEFT.asArg()))));
    }

    /** Moves the mouse to an element's middle. @param held whether the left button is held */
    void hover(String css, boolean held) {
        if (chromium == null && held) {
            driver.perform(List.of(new Sequence(mouse, 0)
                    .addAction(
                            mouse.createPointerMove(Duration.ZERO, PointerInput.Origin.fromElement(find(css)), 0, 0))));
            return;
        }
        mouse("mouseMoved", css, held ? 1 : 0);
    }

    private void mouse(String type, String css, int buttons) {
        Map<String, Object> event = new HashMap<>(middle(find(css), 0));
        event.putAll(
                Map.of("type", type, "button", buttons == 1 ? "left" : "none", "buttons", buttons, "clickCount", 1));
        devTools("a release that is not reported").executeCdpCommand("Input.dispatchMouseEvent", event);
    }

    /** Drags by touch. */
    void swipe(String from, String to) {
        toMiddle(from);
        touch("touchStart", from, 0);
        touch("touchMove", from, 12);
        touch("touchMove", to, 0);
        touch("touchEnd", List.of());
    }

    /** Touches an element's middle, or moves the finger there. @param lower pixels below the middle */
    void touch(String type, String css, int lower) {
        if (chromium == null) {
            Sequence touch = new Sequence(finger, 0)
                    .addAction(finger.createPointerMove(
                            Duration.ZERO, PointerInput.Origin.fromElement(find(css)), 0, lower));
            driver.perform(List.of(type.equals("touchStart") ? touch.addAction(finger.createPointerDown(0)) : touch));
            return;
        }
        touch(type, List.of(middle(find(css), lower)));
    }

    /** Sends a touch event: {@code touchEnd} and {@code touchCancel} have no points. */
    void touch(String type, List<Map<String, Object>> points) {
        if (chromium == null && type.equals("touchEnd")) {
            driver.perform(List.of(new Sequence(finger, 0).addAction(finger.createPointerUp(0))));
            return;
        }
        devTools("a cancelled touch")
                .executeCdpCommand("Input.dispatchTouchEvent", Map.of("type", type, "touchPoints", points));
    }

    private Map<String, Object> middle(WebElement element, int lower) {
        List<?> at = (List<?>) Objects.requireNonNull(script(
                "const b = arguments[0].getBoundingClientRect(); return [b.x + b.width / 2, b.y + b.height / 2]",
                element));
        return Map.of("x", at.get(0), "y", ((Number) at.get(1)).doubleValue() + lower);
    }

    // --- environment ---

    public void offline(boolean offline) {
        network(offline, 0);
    }

    /** Delays every response by this time. */
    void latency(int milliseconds) {
        network(false, milliseconds);
    }

    private void network(boolean offline, int latency) {
        ChromeDriver tools = devTools("another network");
        tools.executeCdpCommand("Network.enable", Map.of());
        tools.executeCdpCommand(
                "Network.emulateNetworkConditions",
                Map.of("offline", offline, "latency", latency, "downloadThroughput", -1, "uploadThroughput", -1));
    }

    public void size(int width, int height) {
        if (chromium == null) {
            List<?> border = (List<?>)
                    Objects.requireNonNull(script("return [outerWidth - innerWidth, outerHeight - innerHeight]"));
            driver.manage()
                    .window()
                    .setSize(new Dimension(
                            width + ((Number) border.get(0)).intValue(), height + ((Number) border.get(1)).intValue()));
            Assumptions.assumeTrue(
                    Objects.equals(script("return innerWidth"), (long) width),
                    "a window of " + width + " pixels: only in Chromium");
            return;
        }
        chromium.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 600));
    }

    /** Sets the languages that pages see, as in an Accept-Language header; for this tab. */
    void languages(String languages) {
        String agent =
                Objects.requireNonNull(script("return navigator.userAgent")).toString();
        devTools("other languages")
                .executeCdpCommand(
                        "Emulation.setUserAgentOverride", Map.of("userAgent", agent, "acceptLanguage", languages));
    }

    /** Sets the time zone that pages see; for this tab. */
    void zone(String zone) {
        devTools("another time zone").executeCdpCommand("Emulation.setTimezoneOverride", Map.of("timezoneId", zone));
    }

    void dark(boolean dark) {
        if (chromium == null && !dark) {
            return;
        }
        media("prefers-color-scheme", dark ? "dark" : "light");
    }

    /** Shows pages in the system's colours, as Windows' contrast themes do. */
    void forcedColors() {
        media("forced-colors", "active");
    }

    private void media(String feature, String value) {
        devTools(feature)
                .executeCdpCommand(
                        "Emulation.setEmulatedMedia",
                        Map.of("features", List.of(Map.of("name", feature, "value", value))));
    }

    /** Returns Chromium's counters of the page, such as {@code Nodes} and {@code TaskDuration} (processor time). */
    Map<String, Double> metrics() {
        ChromeDriver tools = devTools("metrics");
        tools.executeCdpCommand("Performance.enable", Map.of("timeDomain", "threadTicks"));
        tools.executeCdpCommand("HeapProfiler.collectGarbage", Map.of());
        Map<String, Double> metrics = new HashMap<>();
        for (Object metric : (List<?>) Objects.requireNonNull(
                tools.executeCdpCommand("Performance.getMetrics", Map.of()).get("metrics"))) {
            Map<?, ?> one = (Map<?, ?>) metric;
            metrics.put(
                    String.valueOf(one.get("name")), ((Number) Objects.requireNonNull(one.get("value"))).doubleValue());
        }
        return metrics;
    }

    /** Ends all transitions, in the middle of which colours are neither those of before nor those of after. */
    void endTransitions() {
        script("document.getAnimations().forEach(animation => animation.finish())");
    }

    /** Returns the problems that axe-core finds in an element, each with its element. */
    @SuppressWarnings("unchecked")
    List<String> accessibilityProblems(String css) {
        endTransitions();
        if (!Boolean.TRUE.equals(script("return 'axe' in window"))) {
            script(axe());
        }
        return (List<String>) Objects.requireNonNull(driver.executeAsyncScript(AXE, css));
    }

    void screenshot(Path file) {
        try {
            Files.write(file, driver.getScreenshotAs(OutputType.BYTES));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String axe() {
        try (InputStream script = Browser.class.getResourceAsStream("/axe.min.js")) {
            return new String(Objects.requireNonNull(script).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private WebDriverWait until() {
        return new WebDriverWait(driver, PATIENCE, Duration.ofMillis(40));
    }
}
