/*
 * Parts of the page, and how a node is told in words. No markup is made from text of the server.
 */

const SVG = 'http://www.w3.org/2000/svg';

export const byId = (id) => document.getElementById(id);

export function element(name, attributes, ...children) {
	const made = document.createElement(name);
	for (const [key, value] of Object.entries(attributes)) {
		made.setAttribute(key, value);
	}
	made.append(...children);
	return made;
}

export function shape(name, attributes, text) {
	const made = document.createElementNS(SVG, name);
	for (const [key, value] of Object.entries(attributes)) {
		made.setAttribute(key, value);
	}
	if (text !== undefined) {
		made.textContent = text;
	}
	return made;
}

export function setText(target, text) {
	if (target.textContent !== text) {
		target.textContent = text;
	}
}

export function rate(value) {
	return value >= 10 ? Math.round(value).toString() : value.toFixed(1);
}

export function bytes(count) {
	if (count === null) {
		return 'unknown';
	}
	const units = ['B', 'kB', 'MB', 'GB'];
	let unit = 0;
	let value = count;
	while (value >= 1000 && unit < units.length - 1) {
		value /= 1000;
		unit++;
	}
	return (unit === 0 ? value : value.toFixed(1)) + ' ' + units[unit];
}

export function lag(node) {
	if (node.role !== 'replica') {
		return '–';
	}
	const time = node.lagMillis ? ', ' + (node.lagMillis / 1000).toFixed(1) + ' s' : '';
	return bytes(node.lagBytes) + time + (node.lagging ? ', no reads' : '');
}

export function probe(node) {
	return node.latencyMillis === null || node.status === 'unhealthy' ? '–' : node.latencyMillis.toFixed(1) + ' ms';
}

/* What a node looks like: colour is never the only sign, the word is there too. */

export function look(node) {
	switch (node.status) {
		case 'unhealthy':
		case 'fenced':
			return 'bad';
		case 'suspect':
		case 'maintenance':
			return 'warn';
		default:
			return node.role === 'unknown' ? 'warn' : node.role;
	}
}

export function word(node) {
	switch (node.status) {
		case 'unhealthy':
			return 'down';
		case 'healthy':
		case 'recovering':
			return node.role;
		default:
			return node.status;
	}
}
