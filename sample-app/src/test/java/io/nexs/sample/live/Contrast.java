package io.nexs.sample.live;

/**
 * Finds text with too little contrast.
 */
final class Contrast {

	/**
	 * Returns the texts whose contrast with what is behind them is less than 4.5 to 1
	 * (WCAG 2.2, 1.4.3). Text in the picture stands in front of the first rectangle of
	 * its group, or of the card.
	 */
	static final String SCRIPT = """
			const parse = (color) => (color.match(/[0-9.]+/g) || []).map(Number);
			const light = (color) => parse(color).slice(0, 3).map((part) => part / 255)
				.map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
				.reduce((sum, part, index) => sum + part * [0.2126, 0.7152, 0.0722][index], 0);
			const ground = (element) => {
				for (let each = element; each; each = each.parentElement) {
					const color = getComputedStyle(each).backgroundColor;
					const parts = parse(color);
					if (parts.length === 3 || parts[3] === 1) {
						return color;
					}
				}
				return 'rgb(255, 255, 255)';
			};
			const poor = [];
			for (const element of document.querySelectorAll('body *')) {
				const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
				if (!own || !element.checkVisibility() || ['title', 'desc', 'NOSCRIPT'].includes(element.tagName)) {
					continue;
				}
				const drawn = element.namespaceURI.endsWith('svg');
				const box = drawn && element.parentElement.querySelector('rect');
				const front = getComputedStyle(element)[drawn ? 'fill' : 'color'];
				const behind = box ? getComputedStyle(box).fill : ground(element);
				const [high, low] = [light(front), light(behind)].sort((a, b) => b - a);
				if ((high + 0.05) / (low + 0.05) < 4.5) {
					poor.push(element.textContent.trim() + ' ' + front + ' on ' + behind);
				}
			}
			return poor;
			""";

	private Contrast() {
	}

}
