# A message from a gateway validates a code or is ignored, and gets a response.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Gateway;

my $receiver = start_receiver();
my $nginx = start_nginx(quiet => 1, allow => qr/clock skew|the clock works/,
    apps => gateway_app(callback_url => $receiver->url('/204'),
                        more => 'max_live 1000;')
            . gateway_app(name => 'bare', token => 'token-of-the-bare-app',
                callback_url => $receiver->url('/204'),
                gateway => 'name=bare secret=gateway-secret-of-the-bare-app '
                           . 'header=X-Bare text=/message/text '
                           . 'sender=/message/from id=/message/id'));

sub issue {
    return $nginx->issue(@_)->{json}{code};
}

sub reasons {
    return $nginx->error_log =~ /reason=(\w+)/g;
}

sub refused {
    my ($title, $reason, %option) = @_;

    my $before = () = reasons();
    my $answer = gateway_message($nginx, %option);
    my @after = reasons();

    is $answer->{status}, 200, "$title - is answered 200";
    is_deeply [ splice @after, $before ], [ $reason // () ],
        'and leaves ' . ($reason // 'nothing');
}

my $code = issue();
my $answer = gateway_message($nginx,
    text => ">>$code<<\nJust tap the \"send\" button.",
    name => "Jos\x{e9} & \x{1f600}");

is $answer->{status}, 200, 'message - is taken';
is $answer->{headers}{'content-type'}, 'text/plain', 'the response is text';
is $answer->{body}, '', 'that says nothing';

my $callback = $receiver->wait_for($code);

is_deeply { map { $_ => $callback->{json}{$_} }
            qw( status phone_number profile_name error ) },
    { status => 'validated', phone_number => '+56911111111',
      profile_name => "Jos\x{e9} & \x{1f600}", error => undef },
    'message - the site is told who sent it';
is $callback->{headers}{'whatsauth-channel'}, 'whatsapp', 'and by what';

# Webhooks that the vendor repeats, or sends late

$code = issue();
my $body = gateway_body(text => ">>$code<<");
is_deeply [ map { gateway_post($nginx, $body)->{status} } 1 .. 3 ],
    [ (200) x 3 ], 'message - the same id three times';
ok $receiver->wait_for($code), 'validates the code';
is scalar(grep { $_ eq 'duplicate' } reasons()), 2, 'once';

refused('another message with a used code', 'used', text => ">>$code<<");
refused('an unknown code', 'unknown', text => '>>0123456789<<');
refused('no code', undef, text => 'Hello');
refused('an empty text', undef, text => '');
refused('no text', 'no_text', text => undef);
refused('two codes', 'ambiguous', text => ">>$code<< >>0123456789<<");

# Times

$code = issue();
refused('an old message', 'old_message', text => ">>$code<<",
        ts => time - 3600);
refused('an old message, in milliseconds', 'old_message',
        text => ">>$code<<", ts => (time - 3600) * 1000);
refused('an old message, as a date', 'old_message', text => ">>$code<<",
        ts => '2021-01-26T23:17:13.674Z');
refused('a time that cannot be read', 'bad_timestamp', text => ">>$code<<",
        ts => '26/01/2021');
refused('a message without an id', 'no_message_id', text => ">>$code<<",
        id => undef);
gateway_message($nginx, text => ">>$code<<", ts => undef);
ok $receiver->wait_for($code), 'no time - means now';

$code = issue();
gateway_message($nginx, text => ">>$code<<", ts => time * 1000);
ok $receiver->wait_for($code), 'a time in milliseconds';

# Senders

for my $from ('56911111111', '56911111111@c.us', 56911111111,
              '56911111111@s.whatsapp.net', 'whatsapp:+56911111111')
{
    $code = issue();
    gateway_message($nginx, text => ">>$code<<", from => $from);
    is +($receiver->wait_for($code) // {})->{json}{phone_number},
        '+56911111111', "a sender as $from";
}

$code = issue(authorized_numbers => '+56922222222');
refused('a sender who is not listed', 'phone_number_not_authorized',
        text => ">>$code<<");
gateway_message($nginx, text => ">>$code<<", from => '56922222222');
ok $receiver->wait_for($code), 'one who is';

$code = issue();
refused('a group', 'group', text => ">>$code<<", from => '569-1@g.us');
refused('our own number', 'own_number', text => ">>$code<<", from => $PHONE);
refused('a hidden number', 'phone_number_unavailable', text => ">>$code<<",
        from => '123456789012345@lid');
refused('no sender', 'phone_number_unavailable', text => ">>$code<<",
        from => undef);

my ($record) = grep { $_->{code} eq $code } $nginx->records;
is $record->{status}, 'requested', 'none of these has used the code up';

gateway_message($nginx, text => ">>$code<<");
ok $receiver->wait_for($code), 'a sender with a number still may';

# Without a pointer to our number, the echo of what we send is known by it.

$code = issue(token => 'token-of-the-bare-app');
gateway_post($nginx, gateway_body(text => ">>$code<<", from => $PHONE),
    secret => 'gateway-secret-of-the-bare-app', header => 'X-Bare',
    prefix => '');
is +(reasons())[-1], 'own_number', 'without "to" - our own number';
gateway_post($nginx, gateway_body(text => ">>$code<<", ts => 'never',
                                  account => undef, name => undef),
    secret => 'gateway-secret-of-the-bare-app', header => 'X-Bare',
    prefix => '');
is_deeply { map { $_ => $receiver->wait_for($code)->{json}{$_} }
            qw( status profile_name ) },
    { status => 'validated', profile_name => undef },
    'what no pointer leads to is not looked at';

is_deeply [ map { $_->{provider} // 'none' } grep { $_->{status}
            eq 'validated' } ($nginx->records)[0] ], [ 'gateway' ],
    'the record has the provider';

unlike $nginx->error_log, qr/56911111111|\Q$GATEWAY_SECRET\E/,
    'no number or secret in the log';

$nginx->stop;
done_testing;
