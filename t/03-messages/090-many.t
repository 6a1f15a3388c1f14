# The same message from everywhere at once; and a thousand in one body.

use strict;
use warnings;

use lib 't/lib';
use JSON::PP ();
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Client;
use Time::HiRes qw( sleep );

my $receiver = start_receiver();
my $nginx = start_nginx(callback_url => $receiver->url('/204'));

# 200 times the same, to each worker at least once

my $code = $nginx->issue->{json}{code};
my @request = $nginx->message_request(text_message(">>$code<<"));
my @clients = ((map { $nginx->client($_) } $nginx->workers),
               (map { $nginx->client } 3 .. 200));
$_->send(@request) for @clients;
my @answers = map { $_->receive } @clients;

is scalar(grep { $_->{status} == 200 } @answers), 200,
    'the same message 200 times - every answer is 200';
is scalar(keys %{ { map { $_->{worker} => 1 } @answers } }), 2,
    'from both workers';
ok $receiver->wait_for($code), 'the code is validated';
sleep 0.5;

my @callbacks = grep { $_->{json}{verification_code} eq $code }
                $receiver->requests;
is @callbacks, 1, 'once';
is scalar(keys %{ { map { $_->{headers}{'webhook-id'} => 1 } @callbacks } }), 1,
    'under one webhook-id';

$nginx->reload;
is $nginx->told('message ignored, reason=duplicate, app=demo'), 199,
    'and 199 were told to be duplicates';

# 100 different messages with one code

$code = $nginx->issue->{json}{code};
@answers = $nginx->together(map {
    [ $nginx->message_request(text_message(">>$code<<",
                                           from => "569100000$_")) ]
} "01" .. "99", "00");

is scalar(grep { $_->{status} == 200 } @answers), 100,
    '100 senders of one code - every answer is 200';
my $first = $receiver->wait_for($code)->{json}{phone_number};
like $first, qr/^\+569100000\d\d\z/, 'the code is validated';
sleep 0.3;
is_deeply [ map { $_->{json}{phone_number} }
            grep { $_->{json}{verification_code} eq $code }
            $receiver->requests ], [ $first ],
    'one of them is logged in';
$nginx->reload;
is $nginx->told('message ignored, reason=used, app=demo'), 99,
    'the others find the code used';

# A code issued by one worker, validated by the other

my @workers = $nginx->workers;
my $answer = $nginx->client($workers[0])->request($nginx->issue_request);
$code = $answer->{json}{code};
$nginx->client($workers[1])
    ->request($nginx->message_request(text_message(">>$code<<")));
ok $receiver->wait_for($code), 'one worker validates what another has issued';

$nginx->stop;

# A body of 3 MB with 1000 messages, of which 100 carry codes

$nginx = start_nginx(callback_url => $receiver->url('/204'),
                     app => 'message any;');

my @codes = map { $nginx->issue->{json}{code} } 1 .. 100;
my $padding = 'x' x 2700;
my @values = map {
    my $text = $_ % 10 ? $padding : ">>$codes[$_ / 10]<< $padding";
    JSON::PP::decode_json(text_message($text))->{entry}[0]{changes}[0]{value}
} 0 .. 999;

my @messages = map { @{ $_->{messages} } } @values;
my $body = meta_payload({ %{ $values[0] }, messages => \@messages });
cmp_ok length $body, '>', 2_800_000, 'a large body';
cmp_ok length $body, '<', 3_145_728, 'that Meta could send';

my $client = $nginx->client;
$client->send($nginx->message_request($body));
is $nginx->get('/worker')->{status}, 200, 'others are served meanwhile';
is $client->receive->{status}, 200, '1000 messages in one body';
is scalar(grep { $_->{status} eq 'validated' } $nginx->records), 100,
    'all 100 codes in it are validated';

# A body of 3 MB with as many short messages as it holds: each 500 have a turn,
# and the last ones count as the first.

@codes = map { $nginx->issue->{json}{code} } 1 .. 2;

sub short {
    my ($code) = @_;

    return { id => "wamid.$code", from => '56911111111', type => 'text',
             timestamp => '' . int(time), text => { body => ">>$code<<" } };
}

my @short = map { short(sprintf '%010x', $_) } 1 .. 20_000;
$body = meta_payload({ %{ $values[0] }, messages =>
    [ short($codes[0]), @short, short($codes[1]) ] });
cmp_ok length $body, '<', 3_145_728, 'a body of 20002 messages';
is $nginx->message($body)->{status}, 200, 'is taken';
ok $receiver->wait_for($_), 'its first and last code are validated'
    for @codes;

# A client that posts it and closes at once leaves nothing behind.

for (1 .. 5) {
    $client = $nginx->client;
    $client->send($nginx->message_request($body));
    undef $client;
}

$code = $nginx->issue->{json}{code};
$nginx->message(text_message(">>$code<<"));
ok $receiver->wait_for($code), 'a client that is gone - others log in';

$nginx->stop;
done_testing;
