// The quiz: hides labels until they are revealed, and asks the questions of the numbered sets. The score is lost when the page closes.

const quiz = { on: false, revealed: new Set(), set: 0, answers: [], place: 0 };

const labelsHidden = () => quiz.on;
const hiddenLabel = (index) => quiz.on && data.nodes[index].kind !== "theme" && !quiz.revealed.has(index);

function startQuiz(on) {
  Object.assign(quiz, { on, revealed: new Set() });
  byId("hide-labels").setAttribute("aria-pressed", on);
  if (on) startSet(quiz.set);
  else change({ panel: "about", node: null, edge: null, story: null });
  announce(on ? "The labels are hidden. Press Enter on a node to reveal it." : "The labels are shown.");
}

function reveal(index) {
  if (!hiddenLabel(index)) return;
  quiz.revealed.add(index);
}

function startSet(set) {
  Object.assign(quiz, { set, answers: [], place: 0 });
  ask();
}

const asked = () => data.quiz[quiz.set][quiz.place];
const score = () => quiz.answers.filter((choice, place) => choice === data.quiz[quiz.set][place].right).length;

/** Shows the question at the place of the set, or after the last one the score. */
function ask() {
  quiz.revealed.clear();
  // The map shows the position of what is asked about, without its name.
  const around = asked() && `focus:${asked().nodes[0]}`;
  change({ view: around && Object.hasOwn(data.views, around) ? around : state.view, panel: "quiz", node: null, edge: null, story: null });
  byId("quiz").querySelector(".answer, #next-set")?.focus();
}

function answer(choice) {
  if (quiz.answers.length > quiz.place) return;
  const question = asked();
  quiz.answers.push(choice);
  const nodes = question.nodes.map((id) => indexOf.get(id));
  nodes.forEach((index) => quiz.revealed.add(index));
  change({ node: nodes[0] });
  const correct = choice === question.right;
  announce(`${correct ? "Right" : `Not right. The answer is: ${question.choices[question.right].text}`}. ${question.why} Score: ${score()} of ${quiz.answers.length}.`);
  byId("next-question").focus();
}

function showQuiz() {
  const panel = byId("quiz");
  if (!quiz.on) panel.replaceChildren(...invitation());
  else panel.replaceChildren(make("h2", {}, `Quiz, set ${quiz.set + 1}`), ...(asked() ? drawQuestion() : drawScore()), endButton());
}

function invitation() {
  return [
    make("h2", {}, "Quiz"),
    make("p", {}, "Hide the labels of the map, say what each box must be, and reveal it with a tap or the Enter key. Ten questions a set go with it."),
    make("p", { class: "buttons" }, make("button", { type: "button", id: "start-quiz", onclick: () => startQuiz(true) }, "Hide the labels and begin")),
  ];
}

const endButton = () => make("p", { class: "buttons" }, make("button", { type: "button", onclick: () => startQuiz(false) }, "End the quiz"));

function drawQuestion() {
  const question = asked();
  const given = quiz.answers[quiz.place];
  const isOpen = given === undefined;
  const mark = (choice) => (isOpen ? "" : choice === question.right ? " ✓" : choice === given ? " ✗" : "");
  const answers = question.choices.map((choice, place) =>
    make("li", {}, make("button", { type: "button", class: "answer", "aria-disabled": !isOpen, onclick: () => answer(place) }, choice.text + mark(place))));
  return [
    make("p", { class: "small" }, `Question ${quiz.place + 1} of ${data.quiz[quiz.set].length}`),
    make("p", { class: "map-question" }, question.text),
    question.quoted ? make("blockquote", {}, question.quoted) : "",
    make("ul", { class: "plain answers" }, ...answers),
    ...(isOpen ? [] : reasons(question, given)),
  ];
}

/** Why the right choice is right, both sides of what is contested, and why the given choice is wrong, with sources. */
function reasons(question, given) {
  const cited = (sources) => (sources.length ? make("ul", { class: "map-sources" }, ...sources.map((source) => sourceItem(data.sources[source]))) : "");
  const wrong = question.choices[given];
  const last = quiz.place === data.quiz[quiz.set].length - 1;
  return [
    make("p", {}, make("strong", {}, given === question.right ? "Right. " : "Not right. "), question.why),
    ...question.sides.map(([heading, text]) => make("p", {}, make("strong", {}, `${heading}: `), text)),
    cited(question.sources),
    ...(wrong.why ? [make("p", {}, make("strong", {}, `${wrong.text} `), wrong.why), cited(wrong.sources)] : []),
    make("p", { class: "score" }, `Score: ${score()} of ${quiz.answers.length}`),
    make("p", { class: "buttons" }, make("button", { type: "button", id: "next-question", onclick: next }, last ? "See the score" : "Next question")),
  ];
}

function next() {
  quiz.place += 1;
  ask();
}

function drawScore() {
  const following = (quiz.set + 1) % data.quiz.length;
  return [
    make("p", { class: "score" }, `${score()} of ${data.quiz[quiz.set].length} right.`),
    make("p", { class: "buttons" }, make("button", { type: "button", id: "next-set", onclick: () => startSet(following) }, `Set ${following + 1}`)),
  ];
}

byId("hide-labels").addEventListener("click", () => startQuiz(!quiz.on));
