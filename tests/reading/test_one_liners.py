"""What somebody types first to see whether it works: plain lines, and the side on which each must fall."""

import pytest

from triage.reading.heat import Level, assess

HEATED = """
Absolutely livid about this.
I am furious.
I am so angry right now, you have no idea.
Furious does not begin to describe it.
You are a liar and a cheat.
You are all incompetent.
This is unacceptable.
This is completely unacceptable, sort it out today!
THIS IS UNACCEPTABLE!!!
Thanks for nothing.
Great job as always, three weeks late again.
We are cancelling the contract.
I will never order from you again.
Our lawyer will be in touch.
You will hear from our lawyers.
I want my money back now!
Cancel my account and refund me immediately.
This is the third time I am asking and nobody answers.
Nobody ever calls me back.
Your service is a disgrace.
Worst customer service I have ever had.
What a joke of a company.
Stop wasting my time.
Do not contact me again.
I demand to speak to your manager.
You lied to us.
You promised Friday. It is Tuesday. Where is it?!
Are you people stupid?
How dare you.
I am sick and tired of your excuses.
If this is not fixed by Friday, we will go to another supplier.
Please send your final invoice, another supplier starts on Monday.
I will report you to trading standards.
Das ist eine Frechheit!
Ich bin stinksauer.
Wir sind stinksauer auf Sie.
Das ist absolut inakzeptabel.
Wir kündigen den Vertrag.
Sie hören von unserem Anwalt.
Niemand ruft zurück, das ist unverschämt.
C'est inacceptable !
Vous vous moquez de nous.
Je suis furieux.
Nous allons résilier notre contrat.
C'est une honte.
Esto es inaceptable.
Es una vergüenza.
Estoy furioso con ustedes.
Quiero que me devuelvan el dinero ya.
Nunca más compraré con ustedes.
""".strip().splitlines()

CALM = """
Thank you very much, that was quick.
Could you send me a quote for 200 pieces?
Please find the signed contract attached.
When will the order arrive?
Best regards
The dead stock is in cold storage, next to the black paint.
No rush, next week is fine.
Sorry, my mistake, I sent the wrong file.
The pump is broken, can you send a technician?
We would like to order the same again.
What a lovely surprise, thank you!
Is the meeting still on Thursday?
I am not angry at all, take your time.
The doctor examined his tongue.
Please cancel line 3 of the order and ship the rest.
Our lawyer has looked at the draft and has no changes.
I need this urgently by tomorrow, is that possible? Thanks!
My boss is furious with the weather.
The invoice shows 14 boxes, we received 13.
How do I reset my password?
Happy to pay the difference.
Great job on the installation!
Bitte senden Sie uns ein Angebot über 50 Stück.
Vielen Dank für die schnelle Lieferung.
Können wir den Termin auf Donnerstag legen?
Die Rechnung ist angekommen, danke.
Pourriez-vous m'envoyer le catalogue ?
Merci beaucoup pour votre aide.
La livraison est bien arrivée.
¿Podrían enviarme la factura de mayo?
Muchas gracias por todo.
El pedido llegó bien.
""".strip().splitlines()

GRATEFUL = """
Thank you so much, everything runs again.
You saved our opening night, thank you.
Thank you all, we could not have done it without you.
I am so grateful for your help.
Many thanks to the whole team, the work is superb.
I was rude to you on Monday and you were kind. Thank you for your patience!
thx so much you guys are the best
Herzlichen Dank an das ganze Team, das war großartig!
Un grand merci à toute l'équipe, bravo !
Mil gracias por todo, son ustedes los mejores.
""".strip().splitlines()

COURTEOUS = """
Thanks in advance.
Thank you in advance for your help.
Thanks for the invoice.
Thank you for your message, I am back on Monday.
Thank you for your offer, we will decide next week.
Please find the form attached. Thank you.
I would be grateful for a copy of the contract.
Thanks, but we already have one.
Thank you for nothing.
Vielen Dank im Voraus.
Vielen Dank für Ihr Angebot, wir melden uns.
Merci d'avance pour votre réponse.
Gracias de antemano.
""".strip().splitlines()


@pytest.mark.parametrize("line", HEATED)
def test_a_heated_line_is_heated(line: str) -> None:
    assert assess(line).level is Level.HEATED


@pytest.mark.parametrize("line", CALM)
def test_a_calm_line_is_not(line: str) -> None:
    assert assess(line).level is not Level.HEATED


@pytest.mark.parametrize("line", GRATEFUL)
def test_a_thank_you_is_one(line: str) -> None:
    assert assess(line).level is Level.GRATEFUL


@pytest.mark.parametrize("line", COURTEOUS)
def test_courtesy_is_no_thank_you(line: str) -> None:
    assert assess(line).level is not Level.GRATEFUL
