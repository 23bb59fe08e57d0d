"""Texts of news, with "¦" where one sentence ends and the next begins.

Written for these tests in our own words; a case is a habit of writing that splitters trip over.
"""

CASES = r"""
Officials met on Monday.¦ They agreed on little.
Who ordered the pause?¦ The ministry will not say.
The talks failed!¦ Markets fell.
The U.S. paused the ban.¦ China welcomed it.
The measures were drafted in the U.S.¦ The ministry declined to comment.
The measures were drafted in the U.S.¦ However, none took effect.
The U.S. Commerce Department issued the rule.
The U.S. and the U.K. signed it.¦ The E.U. did not.
He moved to Washington, D.C.¦ In May he left again.
He works for the U.N. Security Council in New York.
Mr. Lee met Ms. Chan and Dr. Okafor.¦ Prof. Weiss was absent.
Sen. Mark Doe and Rep. Ann Roe wrote to Gov. Poe.
Gen. Roe retired; Lt. Col. Poe took over.
J. P. Doe and A. B. Roe spoke.¦ Neither agreed.
The report was written by W. E. B. Doe.
We had a plan B.¦ It failed too.
Neither you nor I.¦ That was the rule.
The mill (est. 1792) was sold by Thos. Reed to Mme. Arnaud.¦ It stood till c. 1860.
Ada Moss (b. 1815, d. 1852) wrote it c. March 1843.¦ Jas. Hale printed it.
The dam was built by Krupp.¹²¦ It was sold.
Shares of Acme Inc. rose 3.5 percent.¦ Those of Apex Corp. fell.
It was sold to Acme Inc.¦ The price is not known.
Acme Co. Ltd. and Apex LLC merged.
Acme Inc. Chief Executive Ann Roe resigned.
John Roe Jr. spoke first.¦ He was brief.
The case is Roe v. Poe.¦ It was filed in May.
It grew by 4.2 percent to $1.75 billion.¦ Analysts had expected 3.9.
It cost 5.¦ Nobody paid.
The rule takes effect on Dec. 12.¦ It expires on Jan. 3, 2027.
They met in Sept. 2025 and in Feb. 2026.
The order was signed in Dec.¦ The agency published it later.
See Sec. 1260H and No. 5 of the annex.
Under Art. 3 the licence lapses.¦ Under Art. 4 it does not.
Please turn to p. 55 and pp. 60-62.
It is described in Vol. 2, Ch. 7, Fig. 3.
Polls open at 7 a.m. Monday and close at 8 p.m. Eastern.
Polls open at 7 a.m.¦ They close at 8 p.m.¦ Counting starts at once.
The call began at 9 a.m. EST.¦ It was short.
Several items, e.g. chips, i.e. the finished ones, are exempt.
Chips, tools, software, etc. are covered.
The firm makes chips, tools, etc.¦ It employs 300 people.
The method of Doe et al. was used.¦ Others differ.
She holds a Ph.D. in physics.¦ He has none.
The firm is based in Palo Alto, Calif.¦ It has offices in Boise, Idaho.
The plant in Phoenix, Ariz., opened late.
"We will act," the minister said.¦ "Soon."
"We will act."¦ The minister then left.
“We will act. We will not wait,” the minister said.¦ He left.
"Is it legal?" the senator asked.¦ No one answered.
“Is it legal?” Doe asked.¦ No one answered.
"Is it legal?"¦ The senator did not answer.
He called it "a gift."¦ Critics disagreed.
He called it “a gift.”¦ Critics disagreed.
She said: “It is late. It is not too late.”¦ Then she sat down.
The pause (it was never announced. It leaked.) angered lawmakers.¦ They protested.
(He declined to comment.)¦ The firm did not reply.
The firm declined to comment (see below).¦ Its lawyer did too.
It was, he said ... a mistake.¦ Others agree.
It was a mistake …¦ Others agree.
They waited...¦ Nothing came.
What?!¦ Nobody knew.
Really??¦ Yes, really.
It passed the House.[12]¦ The Senate followed.[3][4]
Visit www.example.org/a.b for details.¦ Write to press@example.org.
Version 3.11.2 is out.¦ Upgrade soon.
The file is named a.txt.¦ Open it.
iPhones are assembled there.¦ iPads are not.
It was made by Acme.¦ eBay sold it.
Prices rose.¦ 25 firms closed.
Prices rose.¦ $5 million was lost.
The rule was issued by the Bureau of Industry and Security.¦ BIS enforces it.
Mr. Roe of St. Paul, Minn., flew to Ft. Worth and Mt. Poe.
Pres. Doe met Amb. Roe.¦ Both smiled.
The No. 2 official resigned.¦ No. 3 took over.
He said no.¦ She said yes.
World War I ended.¦ World War II began.
Article I.¦ The Congress shall meet.
1. The first item.¦ 2. The second item.
The rule has two parts: (1) tools; (2) chips.¦ Both matter.
The ruling cites 45 F.R. 100.¦ It is short.
"I was there."¦ "So was I."
The bill, H.R. 1234, passed.¦ S. 99 did not.
El Sr. Doe habló.¦ Nadie respondió.
禁令暂停了。¦中国表示欢迎。
Beijing's embassy replied.¦ 'We oppose it,' it said.
Acme (U.S.) Inc. is covered.¦ Acme (U.K.) Ltd. is not.
The tax is 10 percent; cf. Sec. 4.¦ It may rise.
Doe—who left in Oct.—was replaced.¦ Roe followed.
Headline without a stop\n\n¦The text begins here.¦ It goes on.
# A heading\n¦The text begins here.
The list:\n¦- one item\n¦- another item\n¦Then text.
It is wrapped by an editor after some sixty or seventy characters\nand goes on here.¦ Then it ends.
It is wrapped by an editor after some sixty or seventy characters\nBefore a capital.
A sentence on a line.\n¦Another one.
Questions and answers\n¦What is it?\n¦It is a rule.
""".strip().splitlines()


def expected(case: str) -> tuple[str, list[str]]:
    """Return the text of a case and its sentences."""
    written = case.replace("\\n", "\n")
    return written.replace("¦", ""), [part.strip() for part in written.split("¦")]
