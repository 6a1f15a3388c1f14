# Two providers and one code: meta asks a hidden sender for the number, and a
# gateway, which cannot ask, brings messages for the same code.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Gateway;
use Time::HiRes qw( sleep );

my $NUMBER = '106540352242922';

my $api = start_receiver();
my $receiver = start_receiver();

my $nginx = start_nginx(quiet => 1,
    allow => qr{came to none|messages refused|works again},
    apps => gateway_app(callback_url => $receiver->url('/204'),
        gateway => "$GATEWAY reply_url=" . $api->url('/200/gateway')
                   . q{ 'reply_body={"to":"$to","text":"$text"}'},
        more => "meta app_secret=$APP_SECRET phone_number_id=$NUMBER "
                . 'access_token=access-token api=' . $api->url('/200/meta')
                . '; response_message Welcome; failure_message No; '
                . 'reply_limit 1000/h 1000/h;'));

sub issue {
    return $nginx->issue->{json}{code};
}

sub record {
    my ($code) = @_;

    return (grep { $_->{code} eq $code } $nginx->records)[0];
}

sub code_message {
    my ($user, $code) = @_;

    return hidden_message($user, type => 'text',
        text => { body => ">>$code<<" });
}

sub card {
    my ($user) = @_;

    return hidden_message($user, type => 'contacts', contacts => [ {
        origin => 'contact_request',
        phones => [ { phone => '+56933333333', wa_id => '56933333333' } ],
    } ]);
}

sub sent {
    my ($wanted) = @_;

    wait_until { scalar(my @sent = $api->requests) >= $wanted };
    sleep 0.2;

    my @sent = $api->requests;
    is scalar(@sent), $wanted, 'and nothing else is sent';

    return $sent[-1];
}

# The question by meta, the number by the gateway

my $code = issue();
$nginx->message(code_message('US.1', $code));
like sent(1)->{target}, qr{^/200/meta/$NUMBER/messages}, 'meta - asks';
is record($code)->{status}, 'requested', 'and the code waits';

is $nginx->message(card('US.1'), secret => $GATEWAY_SECRET)->{status}, 401,
    'the card by a secret of the gateway';
gateway_post($nginx, card('US.1'));
is record($code)->{status}, 'requested', 'the card by the gateway is none';

gateway_message($nginx, text => ">>$code<<");
ok $receiver->wait_for($code), 'the gateway - a known number validates';
my $record = record($code);
is "$record->{provider} $record->{phone_number}", 'gateway +56911111111',
    'the record is of the gateway';
my $reply = sent(2);
is "$reply->{target} $reply->{json}{to}", '/200/gateway 56911111111',
    'and so is the reply';

$nginx->message(card('US.1'));
is record($code)->{phone_number}, '+56911111111',
    'the card - comes too late for another number';
sent(2);

# A number that the gateway hides is not asked for, by nobody.

$code = issue();
gateway_message($nginx, text => ">>$code<<", from => '123456789012345@lid');
is record($code)->{status}, 'requested', 'a hidden number at the gateway';
sent(2);

# It counts as one refused sender, and the question of meta is still open.

$nginx->message(code_message('US.2', $code));
like sent(3)->{target}, qr{^/200/meta/}, 'then meta - asks its own user';
gateway_message($nginx, text => ">>$code<<", from => '223456789012345@lid');
is record($code)->{status}, 'requested', 'a hidden number in between';
$nginx->message(card('US.2'));
ok $receiver->wait_for($code), 'the card - validates the code';
$record = record($code);
is "$record->{provider} $record->{phone_number}", 'meta +56933333333',
    'the record is of meta';
$reply = sent(4);
is "$reply->{target} $reply->{json}{to}",
    "/200/meta/$NUMBER/messages +56933333333", 'and so is the reply';

$nginx->stop;
done_testing;
