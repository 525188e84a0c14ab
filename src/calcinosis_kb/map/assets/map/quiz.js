// The quiz: hides labels until they are revealed, and asks questions. The score is lost when the page closes.

const quiz = { on: false, revealed: new Set(), question: null, right: 0, asked: 0 };

const labelsHidden = () => quiz.on;
const hiddenLabel = (index) => quiz.on && data.nodes[index].kind !== "theme" && !quiz.revealed.has(index);

function startQuiz(on) {
  Object.assign(quiz, { on, revealed: new Set(), question: null });
  byId("hide-labels").setAttribute("aria-pressed", on);
  if (on) ask();
  else change({ panel: "about", node: null, edge: null, story: null });
  announce(on ? "The labels are hidden. Press Enter on a node to reveal it." : "The labels are shown.");
}

function reveal(index) {
  if (!hiddenLabel(index)) return;
  quiz.revealed.add(index);
}

/** Therapies that act by a mechanism of the graph, with the edges to it. */
const askable = data.nodes.flatMap((node, index) => {
  const acts = outgoing[index].filter((edge) => data.nodes[data.edges[edge].target].kind === "mechanism_of_action");
  return acts.length && node.evidence ? [{ index, acts }] : [];
});
const mechanisms = data.nodes.flatMap((node, index) => (node.kind === "mechanism_of_action" ? [index] : []));

/** A question with one right answer among four. */
function ask() {
  const pick = (list) => list[Math.floor(Math.random() * list.length)];
  const { index, acts } = pick(askable);
  const own = new Set(acts.map((edge) => data.edges[edge].target));
  const edge = pick(acts);
  const answers = [data.edges[edge].target];
  const others = mechanisms.filter((mechanism) => !own.has(mechanism));
  while (answers.length < 4 && others.length) answers.push(...others.splice(Math.floor(Math.random() * others.length), 1));
  answers.sort((a, b) => data.nodes[a].name.localeCompare(data.nodes[b].name, "en"));
  quiz.question = { index, edge, answers, given: null };
  quiz.revealed.clear();
  // The map shows the position of the answer without its name.
  const around = `focus:${data.nodes[index].id}`;
  change({ view: Object.hasOwn(data.views, around) ? around : state.view, panel: "quiz", node: null, edge: null, story: null });
  byId("quiz").querySelector(".answer")?.focus();
}

function answer(choice) {
  const { question } = quiz;
  if (question.given !== null) return;
  question.given = choice;
  quiz.asked += 1;
  const correct = choice === data.edges[question.edge].target;
  if (correct) quiz.right += 1;
  for (const index of [question.index, data.edges[question.edge].target]) quiz.revealed.add(index);
  change({ node: question.index, edge: question.edge });
  announce(`${correct ? "Right" : "Not right"}. ${stepWords(question.edge)}. Score: ${quiz.right} of ${quiz.asked}.`);
  byId("next-question").focus();
}

function showQuiz() {
  const panel = byId("quiz");
  if (!quiz.on) {
    panel.replaceChildren(
      make("h2", {}, "Quiz"),
      make("p", {}, "Hide the labels of the map, say what each box must be, and reveal it with a tap or the Enter key. Each round also asks for the mechanism of a therapy."),
      make("p", { class: "buttons" }, make("button", { type: "button", id: "start-quiz", onclick: () => startQuiz(true) }, "Hide the labels and begin")));
    return;
  }
  const { question } = quiz;
  const right = data.edges[question.edge].target;
  const mark = (choice) => (question.given === null ? "" : choice === right ? " ✓" : choice === question.given ? " ✗" : "");
  const answers = question.answers.map((choice) =>
    make("li", {}, make("button", { type: "button", class: "answer", "aria-disabled": question.given !== null, onclick: () => answer(choice) }, data.nodes[choice].name + mark(choice))));
  const after = question.given === null ? [] : [
    make("p", {}, make("strong", {}, question.given === right ? "Right. " : "Not right. "), data.edges[question.edge].claim),
  ];
  panel.replaceChildren(
    make("h2", {}, "Quiz"),
    make("p", { class: "question" }, `Which mechanism does ${data.nodes[question.index].name} act by?`),
    make("ul", { class: "plain answers" }, ...answers), ...after,
    make("p", { class: "score" }, `Score: ${quiz.right} of ${quiz.asked}`),
    make("p", { class: "buttons" },
      make("button", { type: "button", id: "next-question", onclick: ask }, "Next question"),
      make("button", { type: "button", onclick: () => startQuiz(false) }, "End the quiz")));
}

byId("hide-labels").addEventListener("click", () => startQuiz(!quiz.on));
