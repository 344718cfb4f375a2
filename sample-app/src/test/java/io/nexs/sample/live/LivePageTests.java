package io.nexs.sample.live;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import io.nexs.postgres.embedded.EmbeddedNode;
import io.nexs.postgres.safety.SafetyEvent;
import io.nexs.sample.AbstractSampleTests;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.interactions.Actions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationEventPublisher;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The live page in a real browser.
 */
class LivePageTests extends AbstractSampleTests {

	private static final Logger log = LoggerFactory.getLogger(LivePageTests.class);

	/**
	 * Wider than what is measured, for machines that are busy.
	 */
	private static final Duration BOUND = Duration.ofSeconds(6);

	private static Browser browser;

	@Autowired
	private ApplicationEventPublisher publisher;

	@BeforeAll
	static void startBrowser() throws IOException {
		Assumptions.assumeTrue(Browser.isInstalled(), "chromium and chromedriver are not on the path");
		browser = Browser.start();
	}

	@AfterAll
	static void endBrowser() throws IOException {
		if (browser != null) {
			browser.close();
		}
	}

	@BeforeEach
	void openPage() {
		awaitHealthy();
		browser.prefer("prefers-color-scheme", "light");
		browser.width(1360);
		browser.driver().get("http://localhost:" + this.port + "/");
		awaitPage("return document.querySelectorAll('#nodes tr').length === 3");
	}

	@AfterEach
	void leavePage() throws SQLException {
		assertThat(browser.console()).isEmpty();
		browser.driver().get("about:blank");
		this.client.delete().uri("/live/load").exchange();
		heal();
	}

	@Test
	void rolesAreThoseTheServersSay() throws SQLException {
		for (EmbeddedNode node : this.cluster.nodes()) {
			String role = "t".equals(ask(node, "select pg_is_in_recovery()")) ? "replica" : "primary";
			assertThat(cell(node.id(), "role")).isEqualTo(role);
			assertThat(badge(node.id())).isEqualToIgnoringCase(role);
		}
		assertThat(text("#fact-primary")).isEqualTo(this.cluster.primary().id());
		assertThat(text("#fact-state")).isEqualTo("active");
		assertThat(text("#connection")).isEqualTo("Connected");
	}

	@Test
	void killedPrimaryAndItsSuccessorAreShown() throws SQLException {
		String killed = this.cluster.primary().id();
		click("[data-operation=kill-primary]");
		awaitPage("return document.getElementById('watch').dataset.next !== undefined");
		Map<String, String> shown = browser.run("return {...document.getElementById('watch').dataset}");
		log.info("killed primary shown after {} ms, its successor after {} ms", shown.get("down"), shown.get("next"));
		assertThat(Long.parseLong(shown.get("down"))).isLessThan(BOUND.toMillis());
		assertThat(Long.parseLong(shown.get("next"))).isLessThan(BOUND.toMillis());
		String successor = text("#fact-primary");
		assertThat(successor).isNotEqualTo(killed).isEqualTo(this.cluster.primary().id());
		assertThat(ask(this.cluster.node(successor), "select pg_is_in_recovery()")).isEqualTo("f");
		assertThat(badge(killed)).isEqualTo("DOWN");
		assertThat(cell(killed, "status")).startsWith("down");
		assertThat(badge(successor)).isEqualTo("PRIMARY");
		assertThat(text("#watch")).contains(killed + " shown as down", successor + " shown as primary");
		awaitPage("return document.getElementById('result').textContent === arguments[0]",
				"killed the primary " + killed);
	}

	@Test
	void eventsAppearAndAreAnnounced() {
		click("[data-operation=kill-primary]");
		awaitPage("return document.querySelector('#events [data-kind=FailoverCompleted]') !== null");
		assertThat(text("#events [data-kind=FailoverStarted]")).contains("lost");
		assertThat(text("#events [data-kind=FailoverCompleted]")).contains("detection", "promotion");
		assertThat(browser.driver().findElement(By.id("events")).getDomAttribute("aria-live")).isEqualTo("polite");
		List<String> live = browser
			.run("return [...document.querySelectorAll('[role=status], [role=log]')].map((each) => each.id)");
		assertThat(live).contains("connection", "result", "watch", "events");
		assertThat(browser.<Boolean>run("return document.getElementById('no-events').hidden")).isTrue();
	}

	@Test
	void dangerIsShownAsOne() {
		this.publisher
			.publishEvent(new SafetyEvent.ConcurrentUse(Instant.now(), "node-1", "first", "second", List.of()));
		awaitPage("return document.querySelector('#events [data-kind=ConcurrentUse]') !== null");
		assertThat(attribute("#events [data-kind=ConcurrentUse]", "data-tone")).isEqualTo("bad");
	}

	@Test
	void operationByTheKeyboardAlone() {
		String before = this.cluster.primary().id();
		tabTo("load");
		Map<String, Object> focus = browser.run("const style = getComputedStyle(document.activeElement);"
				+ "return {style: style.outlineStyle, width: parseFloat(style.outlineWidth)}");
		assertThat(focus).containsEntry("style", "solid");
		assertThat(((Number) focus.get("width")).doubleValue()).isGreaterThanOrEqualTo(2);
		press(Keys.SPACE);
		awaitPage("return document.getElementById('load').textContent === 'Stop traffic'");
		press(Keys.TAB, Keys.TAB, Keys.TAB, Keys.ENTER);
		awaitPage("return document.getElementById('fact-primary').textContent !== arguments[0]", before);
		awaitPage("return document.getElementById('result').textContent.startsWith('switched over')");
		press(Keys.TAB, Keys.ARROW_RIGHT, Keys.ARROW_RIGHT);
		assertThat(browser.<String>run("return document.querySelector('input[name=node]:checked').value"))
			.isEqualTo(this.cluster.nodes().get(2).id());
	}

	@Test
	void operationThatIsNotAllowedSaysWhyAndDoesNothing() {
		String primary = this.cluster.primary().id();
		click("input[value=" + primary + "]");
		assertThat(attribute("[data-node-operation=rejoin]", "aria-disabled")).isEqualTo("true");
		String why = attribute("[data-node-operation=rejoin]", "aria-describedby");
		assertThat(text("#" + why)).isEqualTo(primary + " is the primary");
		click("[data-node-operation=rejoin]");
		assertThat(text("#result")).isEqualTo(primary + " is the primary");
		String replica = this.cluster.replicas().get(0).id();
		click("input[value=" + replica + "]");
		click("[data-node-operation=kill]");
		awaitPage("return document.getElementById('result').textContent === arguments[0]", "killed " + replica);
		awaitPage("return document.querySelector('[data-operation=kill-primary]').ariaDisabled === 'true'");
		click("[data-operation=kill-primary]");
		assertThat(text("#result")).contains("bring another node back first");
		assertThat(this.cluster.primary().id()).isEqualTo(primary);
	}

	@Test
	void trafficIsShownAndMovesUnlessTheUserWantsCalm() {
		String primary = this.cluster.primary().id();
		click("#load");
		awaitPage("return document.querySelectorAll('#map-particles .read').length > 0"
				+ " && document.querySelectorAll('#map-particles .write').length > 0");
		String where = browser.run("return document.querySelector('#map-particles *').getAttribute('transform')");
		awaitPage("const mark = document.querySelector('#map-particles *');"
				+ "return !mark || mark.getAttribute('transform') !== arguments[0]", where);
		assertThat(number(primary, 6)).isZero();
		assertThat(number(primary, 7)).isPositive();
		for (EmbeddedNode replica : this.cluster.replicas()) {
			awaitPage("return parseFloat(document.querySelector(arguments[0]).cells[6].textContent) > 0",
					"#nodes [data-node=" + replica.id() + "]");
			assertThat(number(replica.id(), 7)).isZero();
		}
		browser.prefer("prefers-reduced-motion", "reduce");
		awaitPage("return document.querySelectorAll('#map-particles *').length === 0");
		assertThat(number(primary, 7)).isPositive();
	}

	@Test
	void textIsReadableInLightAndDark() {
		click("[data-operation=switchover]");
		awaitPage("return document.getElementById('result').textContent.startsWith('switched over')");
		browser.prefer("prefers-color-scheme", "light");
		double light = brightness();
		assertThat(browser.<List<String>>run(Contrast.SCRIPT)).isEmpty();
		browser.prefer("prefers-color-scheme", "dark");
		awaitPage("return matchMedia('(prefers-color-scheme: dark)').matches && document.getAnimations().length === 0");
		assertThat(browser.<List<String>>run(Contrast.SCRIPT)).isEmpty();
		assertThat(light).isGreaterThan(200);
		assertThat(brightness()).isLessThan(50);
	}

	@Test
	void pageFitsANarrowScreen() {
		for (int width : List.of(320, 390, 800)) {
			browser.width(width);
			awaitPage("return document.documentElement.scrollWidth <= document.documentElement.clientWidth");
		}
		browser.width(320);
		awaitPage("return document.getElementById('map').dataset.shape.startsWith('true')");
		assertThat(browser.<Double>run("return Math.min(...[...document.querySelectorAll('button')]"
				+ ".map((button) => button.getBoundingClientRect().height)) * 1.0001"))
			.isGreaterThan(24);
	}

	@Test
	void everythingThatCanBeUsedHasAName() {
		List<String> nameless = browser.run("return [...document.querySelectorAll('button, input, [tabindex=\"0\"]')]"
				+ ".filter((each) => !(each.textContent.trim() || each.labels?.[0]?.textContent"
				+ " || document.getElementById(each.getAttribute('aria-labelledby'))?.textContent))"
				+ ".map((each) => each.outerHTML)");
		assertThat(nameless).isEmpty();
		assertThat(text("#map-text")).contains(this.cluster.primary().id() + ": primary");
	}

	@Test
	void scriptFromElsewhereDoesNotRun() {
		browser.run("""
				document.addEventListener('securitypolicyviolation', (event) => {
					window.refused = event.effectiveDirective;
				});
				const script = document.createElement('script');
				script.textContent = 'window.ran = true';
				document.head.append(script);
				""");
		awaitPage("return window.refused === 'script-src-elem'");
		assertThat(browser.<Object>run("return window.ran")).isNull();
		assertThat(browser.console()).singleElement().asString().contains("Content Security Policy");
	}

	private void awaitPage(String script, Object... arguments) {
		Awaitility.await()
			.pollInterval(Duration.ofMillis(20))
			.atMost(LIMIT)
			.untilAsserted(() -> assertThat(browser.<Boolean>run(script, arguments))
				.as(() -> browser.run("return document.body.innerText"))
				.isTrue());
	}

	private void click(String selector) {
		browser.driver().findElement(By.cssSelector(selector)).click();
	}

	private void tabTo(String id) {
		Awaitility.await().atMost(LIMIT).until(() -> {
			press(Keys.TAB);
			return id.equals(browser.run("return document.activeElement.id"));
		});
	}

	private void press(CharSequence... keys) {
		new Actions(browser.driver()).sendKeys(keys).perform();
	}

	private static String text(String selector) {
		return browser.run("return document.querySelector(arguments[0]).textContent", selector);
	}

	private static String attribute(String selector, String name) {
		return browser.driver().findElement(By.cssSelector(selector)).getDomAttribute(name);
	}

	private static String badge(String node) {
		return text(".node[data-node=" + node + "] .badge");
	}

	private static String cell(String node, String kind) {
		return text("#nodes [data-node=" + node + "] ." + kind);
	}

	private static double number(String node, int column) {
		return Double
			.parseDouble(browser.run("return document.querySelector(arguments[0]).cells[arguments[1]].textContent",
					"#nodes [data-node=" + node + "]", column));
	}

	private static double brightness() {
		return browser
			.<Number>run("return getComputedStyle(document.body).backgroundColor.match(/[0-9.]+/g)"
					+ ".slice(0, 3).reduce((sum, part) => sum + Number(part), 0) / 3")
			.doubleValue();
	}

}
