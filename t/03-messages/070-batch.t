# One POST may bring many messages: each is handled, and an odd one does not
# spoil its neighbours.

use strict;
use warnings;

use lib 't/lib';
use JSON::PP ();
use Test::More;
use Test::WhatsAuth;

my $receiver = start_receiver();
my $nginx = start_nginx(callback_url => $receiver->url('/204'));

sub value {
    my (@arguments) = @_;

    return JSON::PP::decode_json(text_message(@arguments))
        ->{entry}[0]{changes}[0]{value};
}

my @codes = map { $nginx->issue->{json}{code} } 1 .. 8;
my @values = map { value(">>$_<<", name => "Name $_") } @codes;

# Two messages of two senders in one value, whose contacts stand the other
# way round

my $two = $values[0];
my $second = $values[1];
$second->{messages}[0]{from} = '56922222222';
$second->{contacts}[0]{wa_id} = '56922222222';
push @{ $two->{messages} }, @{ $second->{messages} };
unshift @{ $two->{contacts} }, @{ $second->{contacts} };

my $change = sub { return { field => 'messages', value => $_[0] } };

my $body = JSON::PP->new->ascii->encode({
    object => 'whatsapp_business_account',
    entry => [
        { id => 1, changes => [ $change->($two), $change->($values[2]) ] },
        'not an entry',
        { id => 2 },
        { id => 3, changes => 'none' },
        { id => 4, changes => [
            { field => 'account_update', value => { event => 'x' } },
            { field => 'messages' },
            { field => 'messages', value => { messages => 7 } },
            $change->({ %{ $values[3] },
                        messages => [ undef, 1, 'text', {}, { type => 'text' },
                                      { type => 'text', text => 5 },
                                      @{ $values[3]{messages} } ],
                        contacts => [ 1, {}, @{ $values[3]{contacts} } ] }),
            $change->({ %{ $values[4] },
                        statuses => [ { id => 'x', status => 'sent' }, 3 ],
                        errors => [ { code => 131051 } ] }),
        ] },
        { id => 5, changes => [ map { $change->($_) } @values[5 .. 7] ] },
    ],
});

my $answer = $nginx->message($body);
is $answer->{status}, 200, 'batch - of eight codes and oddities';
is $answer->{body}, '', 'with an empty answer';

is scalar(grep { $_->{status} eq 'validated' } $nginx->records), 8,
    'every code is validated when the answer comes';

for my $n (0 .. 7) {
    my $callback = $receiver->wait_for($codes[$n])->{json};
    is $callback->{profile_name}, "Name $codes[$n]",
        "batch - code $n with the name of its sender";
    is $callback->{phone_number}, $n == 1 ? '+56922222222' : '+56911111111',
        'and the number';
}

# Signed bodies without a message

for my $other ('{}', '{"entry":[]}', '{"entry":{}}', '[]',
               '{"object":"page","entry":[{"changes":[{"field":"feed"}]}]}')
{
    is $nginx->message($other)->{status}, 200, "no message - $other";
}

$nginx->{allow} = qr/cannot be understood/;

$nginx->stop;
done_testing;
