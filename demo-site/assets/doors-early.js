/** Runs before the tag on the page of the doors: a shop with a tag manager has its data layer by then. */
window.dataLayer ||= [];
