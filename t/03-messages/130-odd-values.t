# nginx understands gateways that write some values in their own way.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;

my $receiver = start_receiver();
my $nginx = start_nginx(callback_url => $receiver->url('/204'));

# The site's JSON after a message that $change has made of a plain one

sub callback {
    my ($change, %option) = @_;

    my $code = $nginx->issue->{json}{code};
    local $_ = text_message(">>$code<<", %option);
    $change->();

    is $nginx->message($_)->{status}, 200, 'odd - is taken';
    return ($receiver->wait_for($code, 3) // {})->{json} // {};
}

sub understood {
    my ($title, $change, %option) = @_;

    my $json = callback($change, %option);

    local $Test::Builder::Level = $Test::Builder::Level + 1;

    is_deeply [ @$json{qw( status phone_number profile_name )} ],
        [ 'validated', '+56911111111', 'John Doe' ], $title;
}

sub name_of {
    my ($wa_id, $from, %option) = @_;

    return callback(sub { s/"wa_id":"\d+"/"wa_id":"$wa_id"/ },
                    from => $from, %option)->{profile_name};
}

understood('byte order mark - before the body',
           sub { $_ = "\xef\xbb\xbf$_" });
understood('phone_number_id - a number',
           sub { s/("phone_number_id":)"(\d+)"/$1$2/ or die });
understood('display_phone_number - a number',
           sub { s/("display_phone_number":)"(\d+)"/$1$2/ or die });
understood('wa_id and from - numbers',
           sub { s/("(?:wa_id|from)":)"(\d+)"/$1$2/g == 2 or die });
understood('id - a number', sub { s/"id":"wamid[^"]+"/"id":7/ or die });
understood('timestamp - a number',
           sub { s/("timestamp":)"(\d+)"/$1$2/ or die });
understood('a key twice - the last one counts',
           sub { s/"from":"/"from":"16505550000",$&/ or die });
understood('a key twice - of a neighbour',
           sub { s/"changes":\[/$&\{"field":"x","field":"y"\},/ or die });
understood('all of them numbers - beside messages of no known shape', sub {
    s/("(?:wa_id|from|phone_number_id|timestamp)":)"(\d+)"/$1$2/g;
    s/"messages":\[/$&\{"from":\{\},"type":7\},\{"id":0,"type":"text"\},/
        or die;
});

# A contact under another spelling of the sender's number

is name_of('551187654321', '5511987654321'), 'John Doe',
    'Brazil - a contact without the ninth digit, a sender with it';
is name_of('5511987654321', '551187654321'), 'John Doe', 'and the reverse';
is name_of('525512345678', '5215512345678'), 'John Doe',
    'Mexico - a contact without the 1';
is name_of('541123456789', '5491123456789'), 'John Doe',
    'Argentina - a contact without the 9';
is name_of('22507000012', '2250707000012'), 'John Doe',
    'Ivory Coast - a contact with eight digits';

# Any other spelling, of which there is one

is name_of('16505550001', '16505550002'), 'John Doe',
    'one contact and one message - belong together';
is name_of('16505550001', '16505550002', value => { contacts => [
    map { { profile => { name => "Number $_" }, wa_id => "1650555000$_" } }
    1, 3 ] }), undef, 'two contacts - neither is the sender';

unlike $nginx->error_log, qr/cannot be understood/, 'and no error is logged';

$nginx->stop;
done_testing;
