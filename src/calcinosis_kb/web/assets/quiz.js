// The quiz without leaving the page: 1 to 4 answer, the reason opens, and what was answered goes on in the address.

const article = document.querySelector("[data-key]");
const key = article.dataset.key;
const place = Number(article.dataset.place);
const asked = new URL(location.href).searchParams.get("answers") ?? "";
const answers = [...asked].slice(0, key.length).map((digit) => ("1234".includes(digit) ? digit : "0")).join("");
const score = (given) => {
  const right = [...given].filter((digit, at) => digit === key[at]).length;
  const answered = given.replaceAll("0", "").length;
  return answered ? `${right} of ${answered} right` : "None answered yet";
};
const withAnswers = (address, given) => {
  const url = new URL(address, location.href);
  url.search = given.replaceAll("0", "") ? `?answers=${given}` : "";
  return url.href;
};

if (place) {
  const buttons = [...article.querySelectorAll(".choices button")];
  const next = document.getElementById("next");
  const before = answers.slice(0, place - 1).padEnd(place - 1, "0");

  const answer = (number) => {
    const given = before + number;
    const right = Number(key[place - 1]);
    buttons.forEach((button, at) => {
      button.disabled = true;
      button.classList.toggle("right", at + 1 === right);
      button.classList.toggle("wrong", at + 1 === number && number !== right);
    });
    document.getElementById("verdict").textContent = number === right ? "Right." : `Not right. The answer is ${right}.`;
    document.getElementById("why").open = true;
    document.getElementById("score").textContent = score(given);
    next.href = withAnswers(next.href, given);
    history.replaceState(null, "", withAnswers(location.href, given));
    next.focus({ preventScroll: true });
  };

  next.href = withAnswers(next.href, before + (answers[place - 1] ?? "0"));
  document.getElementById("score").textContent = score(answers.slice(0, place));
  if (Number(answers[place - 1])) answer(Number(answers[place - 1]));
  article.querySelector("form").addEventListener("submit", (event) => {
    event.preventDefault();
    answer(buttons.indexOf(event.submitter) + 1);
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !/^[1-4]$/.test(event.key)) return;
    buttons[Number(event.key) - 1].click();
  });
} else {
  const given = answers.padEnd(key.length, "0");
  const open = given.length - given.replaceAll("0", "").length;
  document.getElementById("score").textContent = score(given);
  const unanswered = document.getElementById("unanswered");
  unanswered.hidden = !open || open === given.length;
  unanswered.textContent = `${open} not answered.`;
  article.querySelectorAll(".marks li").forEach((item, at) => {
    const mark = item.querySelector("strong");
    const right = given[at] === key[at];
    mark.className = right ? "good" : given[at] === "0" ? "" : "bad";
    mark.textContent = right ? "right" : given[at] === "0" ? "not answered" : "not right";
    const link = item.querySelector("a");
    link.href = withAnswers(link.href, given.slice(0, at + 1));
  });
}
